import { constants, deflate, gunzip, gzip, inflate, inflateRaw } from 'node:zlib'
import { type Call, type Reply, streamOf } from './call.ts'
import { bodyTooLarge, HttpError } from './http-error.ts'

/** The ways in which bodies are packed here, in requests and in answers. */
type Packing = 'gzip' | 'deflate'

const NAMES: Readonly<Record<string, Packing | undefined>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
}

/** Shorter answers are sent as they are. */
const ANSWER_BYTES_LEAST = 1024

/** How a request's body is packed, if it is. @throws HttpError (`content-type`) for other ways, and for several at once */
export function packingOf(encoding: string | undefined): Packing | undefined {
  if (encoding === undefined) return undefined
  const names = namesIn(encoding).filter((name) => name !== '' && name !== 'identity')
  if (names.length === 0) return undefined
  const packing = names.length === 1 ? NAMES[names[0] as string] : undefined
  if (packing !== undefined) return packing
  throw new HttpError('content-type', 'a body that is packed like that is not accepted', {
    path: 'headers.content-encoding',
    value: encoding,
    remedy: 'Pack it with gzip or deflate, or send it as it is',
    headers: { 'accept-encoding': 'gzip, deflate' },
  })
}

/**
 * The body that was packed, of at most `most` bytes: a small one may unpack to a thousand times its size, so it is cut off there. Rejects
 * with HttpError: `body-too-large`, `body-malformed`.
 */
export function unpacked(bytes: Uint8Array, packing: Packing, most: number): Promise<Uint8Array> {
  // Many send `deflate` without the header of zlib that the standard asks for.
  const isBare = packing === 'deflate' && ((bytes[0] ?? 0) & 0x0f) !== 8
  const unpack = packing === 'gzip' ? gunzip : isBare ? inflateRaw : inflate
  return new Promise((resolve, reject) => {
    unpack(bytes, { maxOutputLength: most }, (error, whole) => {
      if (error === null) resolve(whole)
      else if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') reject(bodyTooLarge(most))
      else
        reject(
          new HttpError('body-malformed', `the body is not packed as ${packing}, or not all of it is here`, {
            path: 'body',
            remedy: 'Send what content-encoding says',
            cause: error,
          }),
        )
    })
  })
}

/** How the answer to a call is packed: as it prefers, if it packed its own body, or `always`. */
export function packingFor(call: Pick<Call, 'header'>, always: boolean): Packing | undefined {
  if (!always && call.header('content-encoding') === undefined) return undefined
  const accept = call.header('accept-encoding')
  return accept === undefined ? undefined : preferred(accept)
}

function preferred(accept: string): Packing | undefined {
  const qualities = new Map<string, number>()
  for (const part of accept.split(',')) {
    const [name = '', ...parameters] = namesIn(part, ';')
    const q = parameters.find((one) => /^q\s*=/u.test(one))
    qualities.set(name, q === undefined ? 1 : Number(q.slice(q.indexOf('=') + 1)))
  }
  const of = (name: string): number => qualities.get(name) ?? qualities.get('*') ?? 0
  const best = of('deflate') > of('gzip') ? 'deflate' : 'gzip'
  return of(best) > 0 && of(best) >= (qualities.get('identity') ?? 0) ? best : undefined
}

/** The answer, packed if it is long enough to be worth it. Events go as they happen. */
export async function packed(answered: Reply | Promise<Reply>, packing: Packing): Promise<Reply> {
  const reply = await answered
  const { body, headers } = reply
  if (streamOf(body) !== undefined || (body as string | Uint8Array).length < ANSWER_BYTES_LEAST) return reply
  const pack = packing === 'gzip' ? gzip : deflate
  const small = await new Promise<Buffer>((resolve, reject) => {
    pack(body as string | Uint8Array, { level: constants.Z_BEST_SPEED }, (error, bytes) =>
      error === null ? resolve(bytes) : reject(error),
    )
  })
  return {
    ...reply,
    headers: { ...headers, 'content-encoding': packing, vary: 'accept-encoding' },
    body: small,
  }
}

function namesIn(list: string, separator = ','): string[] {
  return list.split(separator).map((one) => one.trim().toLowerCase())
}
