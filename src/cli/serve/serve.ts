import { given } from '../../kernel/given.ts'
import { isServable } from '../../serve/create-service.ts'
import type { Servable } from '../../serve/endpoint.ts'
import { type HttpService, serve } from '../../serve/serve.ts'
import type { ServiceOptions } from '../../serve/service-options.ts'
import { type ExitCode, errorLine, exitCodeOf, UsageError } from '../exit.ts'
import { servablesOf } from '../servables.ts'
import { loadModule } from '../user-module.ts'
import { type AddressFlags, addressOf } from './address-flags.ts'

/** As commander gives them. */
export interface ServeFlags extends AddressFlags {
  readonly docs?: string
  readonly origins?: readonly string[]
  readonly drain?: string
  readonly grace?: string
  readonly timeout?: string
}

const REMEDY = 'Export a pipeline, a running one or a team of openFolder, by default or by name'

/** `ganglion serve FILE`: listens until SIGTERM or SIGINT, then drains. Resolves with the exit code. */
export async function serveCommand(file: string | undefined, flags: ServeFlags): Promise<ExitCode> {
  try {
    const { served, options } = await servedBy(file, flags)
    const { origins, drain, grace, timeout } = flags
    const address = addressOf(flags)
    const service = await serve(served, {
      ...options,
      ...address,
      ...given({ origins, drain, grace }),
      ...(timeout === undefined ? {} : { limits: { ...options.limits, timeout } }),
    })
    greet(service, address)
    await service.stopped
    process.stderr.write('ganglion: drained\n')
    return 0
  } catch (error) {
    process.stderr.write(errorLine(error))
    return exitCodeOf(error)
  }
}

function greet({ url, names }: HttpService, { host, token }: ReturnType<typeof addressOf>): void {
  process.stdout.write(`listening on ${url}\n`)
  for (const name of names) process.stdout.write(`POST ${url}/pipelines/${encodeURIComponent(name)}\n`)
  const isLoopback = host === undefined || /^(?:127\.|::1$|localhost$)/u.test(host)
  if (!isLoopback && token === undefined)
    process.stderr.write(
      'ganglion: anyone who reaches this address may call: set --token or GANGLION_TOKEN\n',
    )
}

async function servedBy(
  file: string | undefined,
  { docs }: ServeFlags,
): Promise<{ served: Record<string, Servable>; options: ServiceOptions }> {
  const served: Record<string, Servable> = {}
  let options: ServiceOptions = {}
  if (file !== undefined) {
    const { service, ...exported } = await loadModule(file, REMEDY)
    if (typeof service === 'object' && service !== null && !isServable(service)) options = service
    for (const [key, one] of servablesOf(exported))
      served[key === 'default' ? ('name' in one ? one.name : 'folder') : key] = one
  }
  if (docs !== undefined) {
    const { openTeam } = await import('./folder-team.ts')
    served.folder = await openTeam(docs)
  }
  if (Object.keys(served).length > 0) return { served, options }
  throw new UsageError(
    file === undefined ? 'nothing to serve was named' : `'${file}' exports nothing that can be served`,
    'FILE',
    file,
    file === undefined ? 'Name a module, or a folder with --docs' : REMEDY,
  )
}
