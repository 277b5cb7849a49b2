import type { ModelTask } from '../../ports/inference.ts'
import { checkedTask } from './checked-task.ts'

/** How rows of tensors become the model's inputs. */
export interface TensorsOptions {
  /**
   * Whether the leading dimension of every input and output is the number of rows. Then rows of one shape run together, and a
   * row's `dims` omit it. Default: yes if the model fixes none of these dimensions. With
   * `false` a row has all dimensions and runs alone.
   */
  readonly batch?: boolean
}

const OPTIONS = ['batch'] as const satisfies readonly (keyof TensorsOptions)[]

/** Arrays for a tensor's elements: int64 and uint64 are bigints, bool is a Uint8Array of 0 and 1. */
export type TensorArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array

/** One input or output of a row: its elements, and the size of each dimension. */
export interface RowTensor {
  readonly data: TensorArray
  readonly dims: readonly number[]
}

/** One row: its inputs by name, or one array for a model with one input if the length determines its shape. */
export type TensorsRow = Readonly<Record<string, RowTensor>> | TensorArray

/**
 * Any ONNX model: typed arrays in, typed arrays out by name. Names, element types, ranks, sizes and NaN are checked
 * against the model before it runs (`bad-input`, `rows[i].NAME.dims[k]`, `.data[k]`); int64 is BigInt64Array, bool
 * Uint8Array. Results of 64 KiB a batch and more move out of the worker, smaller ones are copied.
 * @throws InvalidArgumentError (`invalid-argument`) for an empty model name or an unknown option.
 */
export function tensors(
  model: string,
  options: TensorsOptions = {},
): ModelTask<TensorsRow, Record<string, RowTensor>> {
  return checkedTask('tensors', model, options, OPTIONS)
}
