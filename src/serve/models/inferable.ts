import type { Kernel } from '../../kernel/kernel.ts'
import type { AskedOptions, Endpoint } from '../endpoint.ts'
import { parseJson } from '../json-body.ts'
import type { ServiceSettings } from '../service-options.ts'
import { type Form, formOf, inferTensors, ROWS_MAX } from './model-tensors.ts'
import { type ModelCounts, noCounts, type ServedModel, type ServedModels } from './served-models.ts'
import { refused, type WireTensor } from './tensor-wire.ts'

/** What a request for an inference says besides its tensors. */
export interface Inferred extends Pick<AskedOptions, 'tenant' | 'priority' | 'orderKey' | 'trace'> {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** A model or a pipeline, as the Open Inference Protocol sees it. */
export interface Inferable {
  readonly name: string
  readonly version: string
  readonly platform: string
  readonly form: Form
  readonly state: ServedModel['state']
  readonly counts: ModelCounts
  /** What its input's schema errors begin with. */
  readonly inputPath: string
  /** How long a call that asks for no deadline may take, milliseconds. Default: as any model's. */
  readonly ownMs?: () => number
  infer(inputs: readonly WireTensor[], asked: Inferred): Promise<readonly WireTensor[]>
  /** Absent: it is there as long as the service is. */
  load?(): Promise<void>
  unload?(): void
}

export function modelAs(models: ServedModels, model: ServedModel): Inferable {
  return {
    name: model.name,
    get version() {
      return model.info?.version ?? model.task.version ?? '1'
    },
    platform: 'onnxruntime_onnx',
    form: formOf(model.task),
    get state() {
      return model.state
    },
    counts: model.counts,
    inputPath: 'body',
    infer: (inputs, asked) => inferTensors(models, model, inputs, asked),
    load: () => models.load(model),
    unload() {
      model.state = 'unloaded'
    },
  }
}

/** Rows of one request that run at once: the others wait, so that one caller does not fill the pipeline. */
const AT_ONCE = 8

/** A pipeline takes and gives JSON, one text a row, each with its own run. If one fails, the request fails and the others are cancelled. */
export function pipelineAs(endpoint: Endpoint, kernel: Kernel, settings: ServiceSettings): Inferable {
  const counts = noCounts()
  return {
    name: endpoint.name,
    version: '1',
    platform: 'ganglion_pipeline',
    form: {
      inputs: [{ name: 'input', datatype: 'BYTES', shape: [-1] }],
      outputs: [{ name: 'output', datatype: 'BYTES', shape: [-1] }],
    },
    state: 'ready',
    counts,
    inputPath: endpoint.inputPath,
    ownMs: endpoint.timeoutMs,
    async infer(inputs, { timeoutMs, signal, ...asked }) {
      const inputsOf = rowsOf(inputs).map((text) => parseJson(Buffer.from(text), settings.depth))
      const began = kernel.clock.monotonic()
      counts.lastAt = kernel.clock.now()
      const failed = new AbortController()
      const both = AbortSignal.any([signal, failed.signal])
      const ask = (input: unknown) => {
        const timeout = Math.max(0, timeoutMs - (kernel.clock.monotonic() - began))
        return endpoint.ask(input, { ...asked, timeout, signal: both, idempotencyKey: undefined })
      }
      try {
        const outputs = await eachOf(inputsOf, ask)
        counts.calls += 1
        counts.rows += outputs.length
        counts.ms += kernel.clock.monotonic() - began
        const data = outputs.map((one) => JSON.stringify(one ?? null))
        return [{ name: 'output', datatype: 'BYTES', shape: [data.length], data }]
      } catch (error) {
        failed.abort()
        counts.failed += 1
        counts.failedMs += kernel.clock.monotonic() - began
        throw error
      }
    },
  }
}

async function eachOf(
  inputs: readonly unknown[],
  ask: (input: unknown) => Promise<unknown>,
): Promise<unknown[]> {
  const outputs: unknown[] = new Array(inputs.length)
  let next = 0
  const work = async () => {
    while (next < inputs.length) {
      const at = next++
      outputs[at] = await ask(inputs[at])
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, inputs.length) }, work))
  return outputs
}

function rowsOf(inputs: readonly WireTensor[]): readonly string[] {
  const [input, other] = inputs
  const wrong = input?.name === 'input' ? other : input
  if (wrong !== undefined)
    throw refused('inputs', wrong.name, 'no such input', "A pipeline has one input, 'input'")
  if (input?.datatype !== 'BYTES')
    throw refused('inputs.input.datatype', input?.datatype, 'not BYTES', 'Send JSON texts')
  const rows = input.data as readonly string[]
  if (rows.length === 0 || rows.length > ROWS_MAX)
    throw refused('inputs', rows.length, 'no rows, or too many', `Send 1 to ${ROWS_MAX} rows`)
  return rows
}
