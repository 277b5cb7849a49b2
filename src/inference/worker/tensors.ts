import { join } from 'node:path'
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { InferenceError } from '../errors.ts'
import type { ModelFolder } from '../repository/model-repository.ts'
import type { RowTensor, TensorArray } from '../tasks/tensors.ts'
import type { TaskOptions, TaskOutput } from '../wire.ts'
import { rowOf } from '../wire.ts'
import type { TaskRunner } from './runner.ts'
import { loadSession } from './session.ts'
import { arrayFor, slotsOf, type TensorSlot, tensorsOfRow } from './tensor-rows.ts'

/** Below this many bytes of results, cloning them together costs less than moving one buffer per row. */
const MOVED_BYTES_MIN = 1 << 16

type RowOutputs = Record<string, RowTensor>

/**
 * Any model: typed arrays in, typed arrays out. Rows of one shape share a run if the model can take many. It has
 * no sample, because a model's metadata does not say which sizes it can handle.
 */
export class TensorModel implements TaskRunner {
  readonly #file: string
  readonly #session: InferenceSession
  readonly #inputs: readonly TensorSlot[]
  readonly #canBatch: boolean

  private constructor(file: string, session: InferenceSession, inputs: TensorSlot[], outputs: TensorSlot[]) {
    this.#file = file
    this.#session = session
    this.#inputs = inputs
    // A named size is variable: if every tensor begins with one, it is the number of rows.
    this.#canBatch = [...inputs, ...outputs].every(({ shape }) => typeof shape[0] === 'string')
  }

  /** @throws InferenceError (`model-damaged`, `model-unsupported`) */
  static async load(model: ModelFolder): Promise<TensorModel> {
    const file = join(model.folder, 'model.onnx')
    const session = await loadSession(file)
    const inputs = slotsOf(session.inputMetadata)
    const outputs = slotsOf(session.outputMetadata)
    if (inputs !== undefined && outputs !== undefined) return new TensorModel(file, session, inputs, outputs)
    const entries = [...session.inputMetadata, ...session.outputMetadata]
    const kinds = entries.map((one) => `${one.name}: ${one.isTensor ? one.type : 'no tensor'}`)
    await session.release()
    throw new InferenceError('model-unsupported', `${file} has ${kinds.join(', ')}`, {
      path: `${file}#inputs`,
      value: kinds,
      remedy: 'Use a model whose inputs and outputs are tensors of numbers, none of them float16',
    })
  }

  async run(rows: readonly unknown[], options: TaskOptions): Promise<TaskOutput> {
    const batched = typeof options.batch === 'boolean' ? options.batch : this.#canBatch
    const slots = this.#rowSlots(batched)
    const checked = rows.map((row, i) => tensorsOfRow(row, i, slots))
    const groups = groupsOf(checked, batched)
    const used = { used: rows.length, computed: rows.length }
    if (batched && groups.length === 1) {
      const columns = await this.#run(checked, groups[0] as number[], true)
      if (bytesOf(columns) < MOVED_BYTES_MIN) return { columns, ...used }
      const values = rows.map((_, i) => rowAt(columns, i))
      return { values, transfer: values.flatMap(buffersOf), ...used }
    }
    const values = new Array<RowOutputs>(rows.length)
    for (const group of groups) {
      const outputs = await this.#run(checked, group, batched)
      group.forEach((row, i) => {
        values[row] = batched ? rowAt(outputs, i) : copyOf(outputs)
      })
    }
    const moved = values.reduce((sum, row) => sum + bytesOf(row), 0) >= MOVED_BYTES_MIN
    return { values, ...(moved ? { transfer: values.flatMap(buffersOf) } : {}), ...used }
  }

  /** One run of the session for rows of one shape. */
  async #run(
    checked: readonly (readonly RowTensor[])[],
    group: readonly number[],
    batched: boolean,
  ): Promise<RowOutputs> {
    const outputs = await this.#session.run(this.#feeds(checked, group, batched))
    const found: RowOutputs = {}
    for (const name of this.#session.outputNames) {
      const tensor = outputs[name] as Tensor
      if (batched && tensor.dims[0] !== group.length) throw this.#notBatched(name, tensor, group.length)
      found[name] = { data: tensor.data as TensorArray, dims: tensor.dims }
    }
    return found
  }

  dispose(): Promise<void> {
    return this.#session.release()
  }

  /** Inputs in the form of a row: without the leading dimension if that is the number of rows. */
  #rowSlots(batched: boolean): readonly TensorSlot[] {
    if (!batched) return this.#inputs
    return this.#inputs.map((slot) => ({ ...slot, shape: slot.shape.slice(1) }))
  }

  #feeds(
    checked: readonly (readonly RowTensor[])[],
    group: readonly number[],
    batched: boolean,
  ): Record<string, Tensor> {
    const feeds: Record<string, Tensor> = {}
    this.#inputs.forEach(({ name, type }, input) => {
      const tensorOf = (row: number): RowTensor => (checked[row] as RowTensor[])[input] as RowTensor
      const { data: first, dims } = tensorOf(group[0] as number)
      let data = first
      if (group.length > 1) {
        data = arrayFor(type, first.length * group.length)
        group.forEach((row, i) => {
          const one = tensorOf(row).data as Float32Array
          ;(data as Float32Array).set(one, i * one.length)
        })
      }
      feeds[name] = new Tensor(
        type as 'float32',
        data as Float32Array,
        batched ? [group.length, ...dims] : dims,
      )
    })
    return feeds
  }

  #notBatched(name: string, tensor: Tensor, rows: number): InferenceError {
    return new InferenceError(
      'model-unsupported',
      `${this.#file} returns '${name}' as [${tensor.dims.join(', ')}] for ${rows} rows: its first dimension is not the rows`,
      {
        path: `${this.#file}#outputs.${name}`,
        value: tensor.dims,
        remedy: 'Give the task { batch: false }: each row then has all dimensions and runs alone',
      },
    )
  }
}

/** Numbers of rows that may run together: all of one shape, or each alone. */
function groupsOf(rows: readonly (readonly RowTensor[])[], batched: boolean): number[][] {
  if (!batched) return rows.map((_, i) => [i])
  const groups = new Map<string, number[]>()
  rows.forEach((row, i) => {
    const key = row.map(({ dims }) => dims.join()).join(';')
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [i])
    else group.push(i)
  })
  return [...groups.values()]
}

function bytesOf(outputs: RowOutputs): number {
  let bytes = 0
  for (const name in outputs) bytes += (outputs[name] as RowTensor).data.byteLength
  return bytes
}

function buffersOf(outputs: RowOutputs): ArrayBuffer[] {
  return Object.values(outputs).map(({ data }) => data.buffer as ArrayBuffer)
}

function rowAt(outputs: RowOutputs, row: number): RowOutputs {
  return Object.fromEntries(Object.entries(outputs).map(([name, all]) => [name, rowOf(all, row)]))
}

function copyOf(outputs: RowOutputs): RowOutputs {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { data, dims }]) => [
      name,
      { data: data.slice() as TensorArray, dims },
    ]),
  )
}
