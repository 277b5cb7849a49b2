import { InferenceError } from '../../errors.ts'
import type { Limits } from '../limits.ts'
import { mismatch } from '../model-folder.ts'
import { type Attempt, Transient } from './attempt.ts'
import { unwritable } from './disk.ts'
import { type HttpClient, tooLarge } from './http-client.ts'
import { PartialFile } from './partial-file.ts'

/** A file to download. */
export interface FileTarget {
  readonly url: URL
  /** Where to store it; bytes of an earlier run are kept and continued. */
  readonly path: string
  /** Expected sha256 in hex. */
  readonly sha256?: string
  /** Expected size. */
  readonly bytes?: number
  readonly bytesMax: number
  /** Called after every piece: bytes so far, and the total if known. */
  readonly onBytes: (bytes: number, total: number | undefined) => void
}

/**
 * Downloads a file and resumes a broken download by Range (`If-Range` if the server sent a strong ETag). If the server
 * ignores Range or has another file by now, it starts again. The checksum is computed while the bytes arrive.
 *
 * Rejects with InferenceError: `hub-unreachable`, `hub-refused`, `model-damaged` (other bytes than the card says),
 * `model-too-large`, `cache-unwritable`, `deadline`, `cancelled`. Except for damaged files, the bytes are kept.
 *
 * @returns hex sha256 of the file.
 */
export async function download(client: HttpClient, target: FileTarget, limits: Limits): Promise<string> {
  const partial = await PartialFile.open(target.path)
  try {
    for (let restarted = false; ; restarted = true) {
      if (!isWhole(partial, target)) {
        await client.retry(target.url, limits, (attempt) => fetchRest(client, partial, target, attempt))
      }
      const found = partial.sha256
      if (target.sha256 === undefined || target.sha256 === found) {
        await partial.finish()
        return found
      }
      // Bytes from two answers may belong to two files: one whole answer decides.
      const maybeMixed = partial.joined && !restarted
      await partial.reset()
      if (!maybeMixed) throw mismatch(target.url.href, target.sha256, found)
    }
  } catch (error) {
    // The disk is full: free the bytes, others need them more.
    if (error instanceof InferenceError && GIVEN_BACK.has(error.code)) await partial.reset().catch(() => {})
    throw error
  } finally {
    await partial.close().catch((error: unknown) => {
      throw unwritable(target.path, error)
    })
  }
}

const GIVEN_BACK = new Set(['cache-unwritable', 'model-too-large'])

function isWhole(partial: PartialFile, target: FileTarget): boolean {
  return partial.bytes > 0 && target.sha256 !== undefined && partial.sha256 === target.sha256
}

async function fetchRest(
  client: HttpClient,
  partial: PartialFile,
  target: FileTarget,
  attempt: Attempt,
): Promise<void> {
  // Without a checksum nothing would notice that two answers do not fit together.
  const canResume = target.sha256 !== undefined || partial.validator !== undefined
  if (partial.bytes > 0 && !canResume) await partial.reset()
  const from = partial.bytes
  const response = await client.open(target.url, attempt, from > 0 ? rangeHeaders(partial) : {})
  const resumed = from > 0 && response.status === 206
  const misplaced = response.status === 206 && startOf(response) !== from
  if (response.status === 416 || misplaced) {
    await response.body?.cancel().catch(() => {})
    await partial.reset()
    throw new Transient(`${target.url.href} has no bytes from ${from} on`)
  }
  if (resumed) partial.joined = true
  else if (from > 0) await partial.reset()
  const total = totalOf(response)
  if (total !== undefined && target.bytes !== undefined && total !== target.bytes)
    throw wrongSize(target, total)
  if ((total ?? 0) > target.bytesMax) throw tooLarge(target.url.href, target.bytesMax)
  const pieces = client.body(response, attempt)
  await partial.rememberValidator(strongEtag(response))
  target.onBytes(partial.bytes, total ?? target.bytes)
  for await (const chunk of pieces) {
    if (partial.bytes + chunk.length > target.bytesMax) throw tooLarge(target.url.href, target.bytesMax)
    if (await partial.append(chunk)) attempt.progressed = true
    target.onBytes(partial.bytes, total ?? target.bytes)
  }
  if (total !== undefined && partial.bytes < total) throw new Transient(`${target.url.href} broke off`)
}

function rangeHeaders(partial: PartialFile): Record<string, string> {
  const range = { range: `bytes=${partial.bytes}-` }
  return partial.validator === undefined ? range : { ...range, 'if-range': partial.validator }
}

function wrongSize(target: FileTarget, found: number): InferenceError {
  return new InferenceError('model-damaged', `${target.url.href} has ${found} bytes, not ${target.bytes}`, {
    path: target.url.href,
    value: { expected: target.bytes, found },
    remedy: 'The hub serves another file than its card describes: tell its operator',
  })
}

const RANGE = /^bytes (\d+)-\d+\/(\d+|\*)$/

function startOf(response: Response): number | undefined {
  const match = RANGE.exec(response.headers.get('content-range') ?? '')
  return match === null ? undefined : Number(match[1])
}

/** The size of the whole file, if the answer has it. */
function totalOf(response: Response): number | undefined {
  if (response.status === 206) {
    const total = RANGE.exec(response.headers.get('content-range') ?? '')?.[2]
    return total === undefined || total === '*' ? undefined : Number(total)
  }
  const length = response.headers.get('content-length')
  const encoded = response.headers.get('content-encoding') ?? 'identity'
  return length === null || encoded !== 'identity' ? undefined : Number(length)
}

/** A weak ETag means "equivalent", which is not enough to join bytes. */
function strongEtag(response: Response): string | undefined {
  const etag = response.headers.get('etag')
  const encoded = response.headers.get('content-encoding') ?? 'identity'
  return etag === null || etag.startsWith('W/') || encoded !== 'identity' ? undefined : etag
}
