import type { RowTensor, TensorArray } from '../../inference/tasks/tensors.ts'
import type { ModelTask } from '../../ports/inference.ts'
import type { ModelCall, ServedModel, ServedModels } from './served-models.ts'
import { type Datatype, type Elements, refused, type WireTensor } from './tensor-wire.ts'

/** What a model takes or gives, as its metadata says it. -1: any size. */
export interface TensorNote {
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly number[]
}

export interface Form {
  readonly inputs: readonly TensorNote[]
  readonly outputs: readonly TensorNote[]
}

const text = (name: string): TensorNote => ({ name, datatype: 'BYTES', shape: [-1] })
const score: TensorNote = { name: 'score', datatype: 'FP32', shape: [-1] }

const FORMS: Readonly<Record<string, Form>> = {
  embeddings: { inputs: [text('text')], outputs: [{ name: 'embedding', datatype: 'FP32', shape: [-1, -1] }] },
  reranking: { inputs: [text('query'), text('passage')], outputs: [score] },
  // Results with parts come as JSON, one text a row.
  'text-classification': { inputs: [text('text')], outputs: [text('result')] },
  'token-classification': { inputs: [text('text')], outputs: [text('result')] },
  'question-answering': { inputs: [text('question'), text('context')], outputs: [text('result')] },
}

/** The form of a task; a model of tensors says nothing about itself before it runs. */
export function formOf({ kind }: ModelTask<never, unknown>): Form {
  return FORMS[kind] ?? { inputs: [], outputs: [] }
}

export const ROWS_MAX = 4096

/** Tensors through a model. @throws InvalidArgumentError (`invalid-argument`), `InferenceError` */
export async function inferTensors(
  models: ServedModels,
  model: ServedModel,
  inputs: readonly WireTensor[],
  call: ModelCall,
): Promise<WireTensor[]> {
  const { kind } = model.task
  if (kind === 'tensors') return runTensors(models, model, inputs, call)
  const form = FORMS[kind]
  if (form === undefined) throw refused('model', kind, 'a task without tensors', 'Use a pipeline for it')
  const columns = form.inputs.map(({ name }) => columnOf(name, inputs, form))
  const [first = []] = columns
  if (columns.some(({ length }) => length !== first.length))
    throw refused(
      'inputs',
      columns.map(({ length }) => length),
      'inputs of different lengths',
      'Send one element a row in each',
    )
  if (first.length === 0 || first.length > ROWS_MAX)
    throw refused('inputs', first.length, 'no rows, or too many', `Send 1 to ${ROWS_MAX} rows`)
  const rows = first.map((one, i) =>
    form.inputs.length === 1
      ? one
      : Object.fromEntries(form.inputs.map(({ name }, at) => [name, columns[at]?.[i]])),
  )
  const results = await models.run<unknown, unknown>(model, rows, call)
  const shape = [rows.length]
  if (kind === 'embeddings') {
    const vectors = results as Float32Array[]
    const width = vectors[0]?.length ?? 0
    const data = new Float32Array(rows.length * width)
    for (const [at, vector] of vectors.entries()) data.set(vector, at * width)
    return [{ name: 'embedding', datatype: 'FP32', shape: [...shape, width], data }]
  }
  if (kind === 'reranking')
    return [{ name: 'score', datatype: 'FP32', shape, data: Float32Array.from(results as number[]) }]
  return [
    { name: 'result', datatype: 'BYTES', shape, data: results.map((one) => JSON.stringify(one ?? null)) },
  ]
}

function columnOf(name: string, inputs: readonly WireTensor[], form: Form): readonly string[] {
  const other = inputs.find((one) => !form.inputs.some((known) => known.name === one.name))
  const names = form.inputs.map((known) => known.name).join(', ')
  if (other !== undefined) throw refused('inputs', other.name, 'no such input', `The inputs are ${names}`)
  const input = inputs.find((one) => one.name === name)
  if (input === undefined) throw refused('inputs', name, 'an input is missing', `The inputs are ${names}`)
  if (input.datatype !== 'BYTES')
    throw refused(`inputs.${name}.datatype`, input.datatype, 'not BYTES', 'Send texts')
  return input.data as readonly string[]
}

/** Rows are the leading dimension, unless the task says `batch: false`: then the request is one row. */
async function runTensors(
  models: ServedModels,
  model: ServedModel,
  inputs: readonly WireTensor[],
  call: ModelCall,
): Promise<WireTensor[]> {
  for (const { name, datatype } of inputs)
    if (datatype === 'BYTES') throw refused(`inputs.${name}.datatype`, datatype, 'texts', 'Send numbers')
  if (model.task.options.batch === false) {
    const row = Object.fromEntries(
      inputs.map(({ name, shape, data }) => [name, { data: data as TensorArray, dims: shape }]),
    )
    const [result = {}] = await models.run<unknown, Record<string, RowTensor>>(model, [row], call)
    return Object.entries(result).map(([name, { data, dims }]) => wireOf(name, dims, data))
  }
  const rows = inputs[0]?.shape[0] ?? 0
  if (rows === 0 || rows > ROWS_MAX || inputs.some(({ shape }) => shape[0] !== rows))
    throw refused(
      'inputs',
      rows,
      'no common number of rows',
      `Send 1 to ${ROWS_MAX} rows as the first dimension of each input`,
    )
  const split = Array.from({ length: rows }, (_, i) =>
    Object.fromEntries(
      inputs.map(({ name, shape, data }) => {
        const size = data.length / rows
        return [name, { data: (data as Float32Array).slice(i * size, (i + 1) * size), dims: shape.slice(1) }]
      }),
    ),
  )
  const results = await models.run<unknown, Record<string, RowTensor>>(model, split, call)
  return Object.entries(results[0] ?? {}).map(([name, first]) => {
    const parts = results.map((one) => (one[name] as RowTensor).data as Float32Array)
    const { constructor: Numbers } = first.data
    const all = new (Numbers as new (length: number) => Float32Array)(first.data.length * rows)
    for (const [at, part] of parts.entries()) {
      if (part.length !== first.data.length)
        throw refused('outputs', name, 'rows of different shapes', 'Send such rows one by one')
      all.set(part, at * part.length)
    }
    return wireOf(name, [rows, ...first.dims], all)
  })
}

function wireOf(name: string, shape: readonly number[], data: TensorArray): WireTensor {
  return { name, datatype: datatypeOf(data), shape, data: data as Elements }
}

function datatypeOf(data: TensorArray): Datatype {
  if (data instanceof Float32Array) return 'FP32'
  if (data instanceof Float64Array) return 'FP64'
  if (data instanceof BigInt64Array) return 'INT64'
  if (data instanceof BigUint64Array) return 'UINT64'
  return data.constructor.name.replace('Array', '').toUpperCase() as Datatype
}
