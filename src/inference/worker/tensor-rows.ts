import type { InferenceSession } from 'onnxruntime-node'
import type { RowTensor, TensorArray } from '../tasks/tensors.ts'
import { badRow, nameOf, recordOfRow } from './row-error.ts'

type ArrayMaker = new (length: number) => TensorArray

/** The array type for each element type of ONNX; Node 20 has none for float16 and strings. */
const ARRAYS: Readonly<Record<string, ArrayMaker>> = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
}

/** One input or output of a model: a size is a number, or a name if it may differ from row to row. */
export interface TensorSlot {
  readonly name: string
  readonly type: string
  readonly shape: readonly (number | string)[]
}

/** Inputs or outputs of a session whose elements fit a typed array; undefined if there are others. */
export function slotsOf(metadata: readonly InferenceSession.ValueMetadata[]): TensorSlot[] | undefined {
  const slots: TensorSlot[] = []
  for (const entry of metadata) {
    if (!entry.isTensor || ARRAYS[entry.type] === undefined) return undefined
    slots.push({ name: entry.name, type: entry.type, shape: entry.shape })
  }
  return slots
}

export function arrayFor(type: string, length: number): TensorArray {
  return new (ARRAYS[type] as ArrayMaker)(length)
}

/**
 * The inputs of one row, in the order of `slots` (their shapes are those of a row).
 *
 * @throws InferenceError (`bad-input`, path `rows[i].NAME`, `.dims[k]` or `.data[k]`) for the first problem.
 */
export function tensorsOfRow(row: unknown, index: number, slots: readonly TensorSlot[]): RowTensor[] {
  const [only] = slots
  if (ArrayBuffer.isView(row) && slots.length === 1 && only !== undefined) return [bare(row, index, only)]
  const names = slots.map(({ name }) => name)
  const record = recordOfRow(row, index, `{ ${names.map((name) => `${name}: { data, dims }`).join(', ')} }`)
  const strange = Object.keys(record).find((name) => !names.includes(name))
  if (strange !== undefined) {
    const remedy = `Pass ${names.join(', ')}`
    throw badRow(index, `.${strange}`, `the model has no input '${strange}'`, strange, remedy)
  }
  return slots.map((slot) => named(record[slot.name], index, slot))
}

function bare(row: ArrayBufferView, index: number, slot: TensorSlot): RowTensor {
  const data = typed(row, index, slot, `.${slot.name}`)
  const open = slot.shape.filter((size) => typeof size !== 'number').length
  const known = slot.shape.reduce<number>((all, size) => (typeof size === 'number' ? all * size : all), 1)
  if (open > 1) {
    throw badRow(
      index,
      `.${slot.name}.dims`,
      `an array alone does not determine the shape of '${slot.name}' [${slot.shape.join(', ')}]`,
      undefined,
      `Pass { ${slot.name}: { data, dims } }`,
    )
  }
  const dims = slot.shape.map((size) => (typeof size === 'number' ? size : data.length / known))
  return checked(data, dims, index, slot)
}

function named(value: unknown, index: number, slot: TensorSlot): RowTensor {
  const within = `.${slot.name}`
  const wanted = `{ data, dims } of ${slot.type} [${slot.shape.join(', ')}]`
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) {
    throw badRow(index, within, `input '${slot.name}' is ${nameOf(value)}`, value, `Pass ${wanted}`)
  }
  const { data, dims } = value as { data?: unknown; dims?: unknown }
  if (!Array.isArray(dims)) {
    throw badRow(index, `${within}.dims`, `'${slot.name}' has no dims`, dims, `Pass ${wanted}`)
  }
  return checked(typed(data, index, slot, `${within}.data`), dims, index, slot)
}

function typed(data: unknown, index: number, slot: TensorSlot, within: string): TensorArray {
  const Wanted = ARRAYS[slot.type] as ArrayMaker
  if (data instanceof Wanted) return data
  const what = `'${slot.name}' takes ${slot.type}, got ${nameOf(data)}`
  throw badRow(index, within, what, nameOf(data), `Pass a ${Wanted.name}`)
}

function checked(data: TensorArray, dims: readonly unknown[], index: number, slot: TensorSlot): RowTensor {
  const within = `.${slot.name}`
  const shape = `[${slot.shape.join(', ')}]`
  if (dims.length !== slot.shape.length) {
    const what = `'${slot.name}' has ${dims.length} dimensions, but the model takes ${shape} per row`
    throw badRow(index, `${within}.dims`, what, dims, `Use dims of the shape ${shape}`)
  }
  let size = 1
  dims.forEach((dim, k) => {
    const fixed = slot.shape[k]
    if (!Number.isSafeInteger(dim) || (dim as number) < 1 || (typeof fixed === 'number' && fixed !== dim)) {
      const what = `dimension ${k} of '${slot.name}' is ${String(dim)}, but the model takes ${shape} per row`
      throw badRow(index, `${within}.dims[${k}]`, what, dim, `Use dims of the shape ${shape}`)
    }
    size *= dim as number
  })
  if (size !== data.length) {
    const what = `'${slot.name}' holds ${data.length} numbers, but dims [${dims.join(', ')}] need ${size}`
    throw badRow(index, `${within}.data`, what, data.length, 'Make data and dims agree')
  }
  if (data instanceof Float32Array || data instanceof Float64Array) {
    const wrong = data.findIndex((value: number) => Number.isNaN(value))
    if (wrong >= 0) {
      throw badRow(
        index,
        `${within}.data[${wrong}]`,
        `'${slot.name}' contains NaN`,
        Number.NaN,
        'Pass numbers',
      )
    }
  }
  return { data, dims: dims as readonly number[] }
}
