import { type ErrorLink, errorChain, GanglionError } from '../../kernel/errors.ts'
import { decodeMessage, encodeMessage } from '../../message/codec.ts'
import type { Header } from '../../message/header.ts'
import { CheckpointError } from '../errors.ts'

const VERSION = 1
const TYPE = 'durable-run'

/** Everything about a durable run that outlives its process. */
export interface RunRecord {
  readonly state: 'open' | 'answered' | 'failed'
  /** Which process, or which pipeline in it, runs it. */
  readonly owner: string
  readonly input: unknown
  readonly options: {
    readonly tenant?: string
    readonly priority?: number
    readonly orderKey?: string
    readonly trace?: string
  }
  /** Wall time of its deadline, milliseconds since the epoch; null: none. */
  readonly dueAt: number | null
  /** A checkpoint, once it has waited for a person; until then it begins at its first step again. */
  readonly frame?: Uint8Array
  /** Wall time of its end. */
  readonly endedAt?: number
  readonly value?: unknown
  readonly errors?: readonly ErrorLink[]
}

/** @throws NotSerializableError (`not-serializable`) naming the value that can't leave the process */
export function encodeRun(record: RunRecord): Uint8Array {
  const header = { type: TYPE, version: VERSION } as unknown as Header
  return encodeMessage({ header, body: record, trailer: { hops: [] } })
}

/** @throws CheckpointError (`checkpoint-damaged`, `checkpoint-version`) */
export function decodeRun(key: string, bytes: Uint8Array): RunRecord {
  const remedy = 'Restore a backup of the store, or remove this key'
  let header: { readonly type?: unknown; readonly version?: unknown }
  let body: unknown
  try {
    ;({ header, body } = decodeMessage(bytes) as unknown as { header: typeof header; body: unknown })
  } catch (cause) {
    throw new CheckpointError('checkpoint-damaged', `the durable run '${key}' can't be read`, {
      path: key,
      remedy,
      cause,
    })
  }
  if (header.type !== TYPE || typeof body !== 'object' || body === null) {
    throw new CheckpointError('checkpoint-damaged', `'${key}' is no durable run`, {
      path: key,
      value: header.type,
      remedy,
    })
  }
  if (header.version === VERSION && !isRecord(body)) {
    throw new CheckpointError('checkpoint-damaged', `'${key}' is no durable run that a release has written`, {
      path: key,
      value: body,
      remedy,
    })
  }
  if (header.version !== VERSION) {
    throw new CheckpointError(
      'checkpoint-version',
      `the durable run '${key}' is of version ${String(header.version)}`,
      {
        path: `${key}.version`,
        value: header.version,
        remedy: `Go on with the release that wrote it; this one reads version ${VERSION}`,
      },
    )
  }
  return body as RunRecord
}

function isRecord(body: object): boolean {
  const { state, owner, options, dueAt, endedAt, frame, errors } = body as Partial<RunRecord>
  const isTime = (at: unknown): boolean => Number.isFinite(at)
  if (state === 'failed' && !Array.isArray(errors)) return false
  return (
    (state === 'open' || state === 'answered' || state === 'failed') &&
    typeof owner === 'string' &&
    typeof options === 'object' &&
    options !== null &&
    (dueAt === null || isTime(dueAt)) &&
    (endedAt === undefined || isTime(endedAt)) &&
    (frame === undefined || frame instanceof Uint8Array)
  )
}

/** An error of an earlier process, or from before a checkpoint: its code, name and message. */
export class EarlierError extends GanglionError {
  constructor(links: readonly ErrorLink[]) {
    const [first, ...rest] = links
    super(first?.code ?? 'unknown', first?.message ?? 'unknown', {
      remedy: 'It happened before the checkpoint',
      ...(rest.length === 0 ? {} : { cause: new EarlierError(rest) }),
    })
  }
}

/** How a run ended, for its record. */
export type Outcome = Pick<RunRecord, 'state' | 'value' | 'errors'>

export function failure(error: unknown): Outcome {
  return { state: 'failed', errors: errorChain(error) }
}
