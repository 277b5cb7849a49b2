import type { ModelTask } from '../../ports/inference.ts'
import type { RowTensor, TensorArray } from '../worker/tensor-rows.ts'

/** How rows of tensors meet the model. */
export interface TensorsOptions {
  /**
   * Whether the leading dimension of every input and output is the number of rows, so that rows of one shape run
   * together; a row's `dims` then leave it out. Default: yes where the model names no number for any of them. With
   * `false` a row has all dimensions and runs alone.
   */
  readonly batch?: boolean
}

/** One row: its inputs by name, or one array for a model with one input whose shape follows from the length. */
export type TensorsRow = Readonly<Record<string, RowTensor>> | TensorArray

/**
 * Any ONNX model: typed arrays in, typed arrays out by name. Names, element types, ranks, sizes and NaN are checked
 * against the model before it runs (`bad-input`, `rows[i].NAME.dims[k]`, `.data[k]`); int64 is BigInt64Array, bool
 * Uint8Array. Results of 64 KiB a batch and more move out of the worker, smaller ones are copied.
 */
export function tensors(
  model: string,
  options: TensorsOptions = {},
): ModelTask<TensorsRow, Record<string, RowTensor>> {
  return { kind: 'tensors', model, options: { ...options } }
}
