import type { QuestionAnswering } from '../../../actors/question-answering/open-folder.ts'
import { quoted } from '../../serve/log-text.ts'
import { serve } from '../../serve/serve.ts'
import { type ExitCode, errorLine, exitCodeOf, UsageError } from '../exit.ts'
import { type AddressFlags, addressOf, listenError } from '../serve/address-flags.ts'
import { openTeam } from '../serve/folder-team.ts'
import { FolderTools } from './folder-tools.ts'

/** As commander gives them. */
export type McpFlags = AddressFlags

/** `ganglion mcp FOLDER`: serves until its client leaves, or until a signal. */
export async function mcpCommand(docs: string, flags: McpFlags): Promise<ExitCode> {
  let team: QuestionAnswering | undefined
  try {
    const address = addressOf(flags)
    if (flags.port === undefined) refuseHttpFlags(flags)
    const { McpServer, createMcpHandler } = await sdk('@modelcontextprotocol/server')
    team = await openTeam(docs)
    const tools = new FolderTools(team)
    const makeServer = () => {
      const server = new McpServer({ name: 'ganglion', version: '1' }, { capabilities: { tools: {} } })
      tools.addTo(server)
      return server
    }
    if (flags.port === undefined) await overStdio(makeServer)
    else {
      const { fetch } = createMcpHandler(makeServer)
      const service = await serve(
        { folder: team },
        {
          ...address,
          mcp: (request) => fetch(request),
        },
      )
      process.stdout.write(`listening on ${service.url}/mcp\n`)
      await service.stopped
    }
    return 0
  } catch (cause) {
    const error = listenError(cause)
    process.stderr.write(errorLine(error))
    return exitCodeOf(error)
  } finally {
    await team?.stop()
  }
}

/** They would guard nothing. @throws UsageError (`usage`) */
function refuseHttpFlags({ host, token, hosts }: McpFlags): void {
  const [flag] = Object.entries({ host, token, hosts }).find(([, value]) => value !== undefined) ?? []
  if (flag !== undefined)
    throw new UsageError(
      `--${flag} is of HTTP, and there is no --port`,
      `--${flag}`,
      undefined,
      'Add --port, or leave it out',
    )
}

type Sdk = typeof import('@modelcontextprotocol/server')

/** The optional peer. @throws UsageError (`usage`) */
async function sdk(name: '@modelcontextprotocol/server'): Promise<Sdk> {
  try {
    return await import(name)
  } catch {
    throw new UsageError(
      `the package ${name} is not installed`,
      name,
      undefined,
      `Install it beside ganglion: npm install ${name}@2`,
    )
  }
}

/** Resolves when the client has closed our standard input, or a signal came. */
async function overStdio(makeServer: () => InstanceType<Sdk['McpServer']>): Promise<void> {
  const { serveStdio } = await import('@modelcontextprotocol/server/stdio')
  const handle = serveStdio(makeServer, {
    // It quotes what the client sent, over many lines.
    onerror: ({ message }) =>
      process.stderr.write(`ganglion: not understood: ${quoted(message.replace(/\s+/gu, ' '))}\n`),
  })
  await new Promise<void>((resolve) => {
    process.stdin.once('end', resolve).once('close', resolve)
    process.once('SIGTERM', resolve).once('SIGINT', resolve)
  })
  await handle.close()
}
