import type { ServeOptions } from '../../serve/serve.ts'
import { UsageError } from '../exit.ts'
import { wholeFlag } from '../number-flags.ts'

/** Where a command listens, and who may call, as commander gives it. */
export interface AddressFlags {
  readonly port?: string
  readonly host?: string
  readonly token?: string
  readonly hosts?: readonly string[]
}

/** The same as options of `serve`; the token may come from the environment. @throws UsageError (`usage`) */
export function addressOf({
  port,
  host,
  hosts,
  ...flags
}: AddressFlags): Pick<ServeOptions, keyof AddressFlags> {
  const token = flags.token ?? process.env.GANGLION_TOKEN
  return {
    ...(port === undefined ? {} : { port: wholeFlag(port, '--port', 0, 65_535) }),
    ...(host === undefined ? {} : { host }),
    ...(token === undefined || (token === '' && flags.token === undefined) ? {} : { token }),
    ...(hosts === undefined ? {} : { hosts }),
  }
}

/** By the code of the system's error. */
const CANNOT_LISTEN: Readonly<
  Record<string, readonly [flag: keyof AddressFlags, why: string, remedy: string]>
> = {
  EADDRINUSE: ['port', 'something else listens there', 'Choose another with --port; 0 takes any free one'],
  EACCES: ['port', 'this user may not listen there', 'Choose a port above 1023 with --port'],
  EADDRNOTAVAIL: ['host', 'this machine has no such address', 'Name one of its addresses with --host'],
  ENOTFOUND: ['host', 'no address belongs to that name', 'Name one of its addresses with --host'],
  EAI_AGAIN: ['host', 'no address belongs to that name', 'Name one of its addresses with --host'],
}

/** What a command says of an address where it can't listen; other errors as they are. */
export function listenError(error: unknown): unknown {
  const { code, syscall, address, hostname, port } = (error ?? {}) as NodeJS.ErrnoException & {
    readonly address?: string
    readonly hostname?: string
    readonly port?: number
  }
  const known = syscall === 'listen' || syscall === 'getaddrinfo' ? CANNOT_LISTEN[code ?? ''] : undefined
  if (known === undefined) return error
  const [flag, why, remedy] = known
  const where = [address ?? hostname, port].filter((part) => part !== undefined).join(':')
  return new UsageError(
    `can't listen on ${where} (${code}): ${why}`,
    `--${flag}`,
    flag === 'port' ? port : where,
    remedy,
  )
}
