import { given } from '../../kernel/given.ts'
import { isServable } from '../../serve/create-service.ts'
import type { Servable } from '../../serve/endpoint.ts'
import { type HttpService, type ServeOptions, serve } from '../../serve/serve.ts'
import { type ExitCode, errorLine, exitCodeOf, UsageError } from '../exit.ts'
import { durationFlag } from '../number-flags.ts'
import { addServable, servablesOf } from '../servables.ts'
import { loadModule } from '../user-module.ts'
import { type AddressFlags, addressOf, listenError } from './address-flags.ts'

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
    const address = addressOf(flags)
    const { timeout, ...times } = timesOf(flags)
    const { served, options } = await servedBy(file, flags)
    const all = {
      ...options,
      ...address,
      ...times,
      ...given({ origins: flags.origins }),
      ...(timeout === undefined ? {} : { limits: { ...options.limits, timeout } }),
    }
    const service = await serve(Object.fromEntries(served), all)
    greet(service, all)
    await service.stopped
    process.stderr.write('ganglion: drained\n')
    return 0
  } catch (cause) {
    const error = listenError(cause)
    process.stderr.write(errorLine(error))
    return exitCodeOf(error)
  }
}

/** Before anything is loaded. @throws UsageError (`usage`) */
function timesOf({ drain, grace, timeout }: ServeFlags) {
  const ms = (text: string | undefined, flag: string, least = 0) =>
    text === undefined ? undefined : durationFlag(text, flag, least)
  return given({
    drain: ms(drain, '--drain'),
    grace: ms(grace, '--grace'),
    timeout: ms(timeout, '--timeout', 1),
  })
}

function greet({ url, names }: HttpService, { host, token }: ServeOptions): void {
  process.stdout.write(`listening on ${url}\n`)
  for (const name of names) process.stdout.write(`POST ${url}/pipelines/${encodeURIComponent(name)}\n`)
  const isLoopback = host === undefined || /^(?:127\.|::1$|localhost$)/u.test(host)
  if (!isLoopback && token === undefined)
    process.stderr.write(
      'ganglion: anyone who reaches this address may call: set --token or GANGLION_TOKEN\n',
    )
}

/** @throws UsageError (`usage`) */
function optionsIn(service: unknown): ServeOptions {
  if (service === undefined || (typeof service === 'object' && service !== null)) return service ?? {}
  throw new UsageError(
    "what is exported as 'service' is no object of options",
    'service',
    service,
    'Export the options of serve, or nothing, by that name',
  )
}

async function servedBy(
  file: string | undefined,
  { docs }: ServeFlags,
): Promise<{ served: ReadonlyMap<string, Servable>; options: ServeOptions }> {
  let served = new Map<string, Servable>()
  let options: ServeOptions = {}
  if (file !== undefined) {
    const module = await loadModule(file, REMEDY)
    const { service, ...others } = module
    served = servablesOf(isServable(service) ? module : others)
    if (!isServable(service)) options = optionsIn(service)
  }
  if (docs !== undefined) {
    const { openTeam } = await import('./folder-team.ts')
    addServable(served, 'folder', await openTeam(docs))
  }
  if (served.size > 0) return { served, options }
  throw new UsageError(
    file === undefined ? 'nothing to serve was named' : `'${file}' exports nothing that can be served`,
    'FILE',
    file,
    file === undefined ? 'Name a module, or a folder with --docs' : REMEDY,
  )
}
