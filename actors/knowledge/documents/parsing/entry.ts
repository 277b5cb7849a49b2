import { type Packed, packed } from './packed.ts'
import { type ParseRequest, parse } from './parse.ts'

/** A worker's result: the passages, packed, or why there are none. */
export type PackedParse = { readonly packed: Packed; readonly aside?: string } | { readonly reason: string }

/** The function that Piscina calls in a worker thread. The bytes are shared with the main thread: no parser may keep them. */
export default async function parsePacked({ bytes, ...request }: ParseRequest): Promise<PackedParse> {
  const parsed = await parse({ ...request, bytes: Uint8Array.from(bytes) })
  if ('reason' in parsed) return parsed
  const { passages, ...rest } = parsed
  return { ...rest, packed: packed(passages) }
}
