import type { ServeOptions } from '../../serve/serve.ts'

/** Where a command listens, and who may call, as commander gives it. */
export interface AddressFlags {
  readonly port?: string
  readonly host?: string
  readonly token?: string
  readonly hosts?: readonly string[]
}

/** The same as options of `serve`; the token may come from the environment. */
export function addressOf({
  port,
  host,
  hosts,
  ...flags
}: AddressFlags): Pick<ServeOptions, keyof AddressFlags> {
  const token = flags.token ?? process.env.GANGLION_TOKEN
  return {
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(host === undefined ? {} : { host }),
    ...(token === undefined || token === '' ? {} : { token }),
    ...(hosts === undefined ? {} : { hosts }),
  }
}
