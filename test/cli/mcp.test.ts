import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v2 from '@modelcontextprotocol/client'
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
let docs: string
beforeAll(() => {
  docs = mkdtempSync(join(tmpdir(), 'ganglion-mcp-'))
  writeFileSync(
    join(docs, 'handbook.md'),
    '# Handbook\n\nEvery kettle is covered by a warranty of 30 months.\n\nRepairs are done in Lyon.\n',
  )
})
afterAll(() => rmSync(docs, { recursive: true }))

interface Caller {
  listTools(): Promise<{ tools: readonly { name: string; annotations?: unknown }[] }>
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<unknown>
  close(): Promise<void>
}

/** What every client must see. */
async function check(client: Caller): Promise<void> {
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name).sort()).toEqual(['ask', 'passage', 'search'])
  expect(JSON.stringify(tools).length).toBeLessThan(4000)
  for (const { annotations } of tools) expect(annotations).toMatchObject({ readOnlyHint: true })
  const asked = await client.callTool({
    name: 'ask',
    arguments: { question: 'How long is the warranty of a kettle?' },
  })
  expect(asked).toMatchObject({
    structuredContent: {
      answer: expect.stringContaining('30 months'),
      sources: [{ file: 'handbook.md', line: 3 }],
    },
  })
  const found = await client.callTool({ name: 'search', arguments: { query: 'repairs', limit: 1 } })
  const { sources } = (found as { structuredContent: { sources: { file: string; line: number }[] } })
    .structuredContent
  expect(sources).toHaveLength(1)
  const passage = await client.callTool({
    name: 'passage',
    arguments: { file: sources[0]?.file, line: sources[0]?.line },
  })
  expect(passage).toMatchObject({ structuredContent: { text: expect.any(String) } })
  // No path reaches the disk.
  expect(
    await client.callTool({ name: 'passage', arguments: { file: '../../etc/passwd', line: 1 } }),
  ).toMatchObject({ isError: true })
  await client.close()
}

const command = (...more: readonly string[]) => ({
  command: process.execPath,
  args: ['--import', 'tsx', 'src/cli/main.ts', 'mcp', docs, ...more],
  cwd: ROOT,
})

test('clients of both generations use the tools over standard input and output', async () => {
  const first = new ClientV1({ name: 'test', version: '1' })
  await first.connect(new StdioV1(command()))
  await check(first as unknown as Caller)
  const second = new v2.Client({ name: 'test', version: '1' })
  await second.connect(new StdioV2(command()))
  await check(second as unknown as Caller)
}, 120_000)

test('[G202] what is no message of the protocol is one line on stderr, and the next is answered', async () => {
  const { command: node, args, cwd } = command()
  const child = spawn(node, args, { cwd })
  onTestFinished(() => void child.kill('SIGKILL'))
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  const clientInfo = { name: 'test', version: '1' }
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo }
  child.stdin.write('[]\n')
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`)
  const [answer] = await once(child.stdout, 'data')
  expect(String(answer)).toContain('"serverInfo"')
  child.stdin.end()
  await once(child, 'close')
  expect(stderr).toMatch(/^ganglion: not understood: "[^\n]+"\n$/u)
}, 120_000)

test('and over streamable HTTP, behind host and token', async () => {
  const { command: node, args, cwd } = command('--port', '0', '--token', 't')
  const child = spawn(node, args, { cwd })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [Buffer]
  const url = new URL(/http:\S+/u.exec(String(line))?.[0] ?? '')
  // The same team answers the service's own path.
  const asked = await fetch(new URL('/pipelines/folder', url), {
    method: 'POST',
    headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
    body: JSON.stringify({ question: 'How long is the warranty of a kettle?', sources: 1 }),
  })
  expect(await asked.json()).toMatchObject({
    answer: expect.stringContaining('30 months'),
    sources: [{ line: 3 }],
  })
  const refused = await fetch(new URL('/pipelines/folder', url), {
    method: 'POST',
    headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
    body: '{"question":"?"}',
  })
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
    422,
    'invalid-argument',
  ])
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401)
  const requestInit = { headers: { authorization: 'Bearer t' } }
  const first = new ClientV1({ name: 'test', version: '1' })
  await first.connect(new HttpV1(url, { requestInit }) as never)
  await check(first as unknown as Caller)
  const second = new v2.Client({ name: 'test', version: '1' })
  await second.connect(new v2.StreamableHTTPClientTransport(url, { requestInit }))
  await check(second as unknown as Caller)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
}, 120_000)
