import type { ErrorRecord } from './errors.ts'
import type { ModelFolder } from './model-repository.ts'

/** One Piscina task: rows of one model that run together. Everything in it is cloned to the worker. */
export interface BatchRequest {
  readonly model: ModelFolder
  readonly kind: string
  readonly options: Readonly<Record<string, unknown>>
  readonly rows: readonly unknown[]
}

/** Output rows one after another in one buffer, which is moved and not copied. */
export interface BatchDone {
  readonly ok: true
  readonly values: Float32Array
  /** Values of one row. */
  readonly width: number
  readonly computeMs: number
}

export interface BatchFailed {
  readonly ok: false
  readonly error: ErrorRecord
}

export type BatchResponse = BatchDone | BatchFailed
