import type { Kernel } from '../../kernel/kernel.ts'
import type { Call, Reply } from '../call.ts'
import { HttpError } from '../http-error.ts'
import { parseJson } from '../json-body.ts'
import { requireReadable, timeoutOf, traceOf } from '../request-headers.ts'
import {
  jsonReply,
  type ReportProblem,
  type RequestContext,
  type Route,
  unescapedSegment,
  unknownPath,
} from '../route.ts'
import type { ServiceOptions, ServiceSettings } from '../service-options.ts'
import type { Inferable } from './inferable.ts'
import { bytesOf, jsonElements, readTensors, refused, type WireTensor } from './tensor-wire.ts'

const EXTENSIONS = ['binary_tensor_data', 'statistics', 'model_repository', 'model_configuration']
const TIMEOUT_MS = 60_000

interface InferRequest {
  readonly id?: unknown
  readonly inputs?: unknown
  readonly outputs?: unknown
  readonly parameters?: { readonly binary_data_output?: unknown } | null
}

interface InferenceParts {
  /** By name. */
  readonly served: ReadonlyMap<string, Inferable>
  readonly settings: ServiceSettings
  readonly kernel: Kernel
  readonly problem: ReportProblem
  readonly caller: ServiceOptions['caller']
  readonly isReady: () => boolean
  readonly mayLoad: () => boolean
}

/** The Open Inference Protocol, version 2, below `/v2`, with binary tensors. */
export class InferenceRoute implements Route {
  readonly methods = ['GET', 'POST']
  readonly packs = true
  readonly #parts: InferenceParts

  constructor(parts: InferenceParts) {
    this.#parts = parts
  }

  async answer(call: Call, { requestId, rest }: RequestContext): Promise<Reply> {
    let inputPath = 'body'
    try {
      const segments = rest.split('/').map(unescapedSegment)
      inputPath = this.#parts.served.get(segments[1] ?? '')?.inputPath ?? inputPath
      return await this.#route(call, segments)
    } catch (error) {
      const { problem, headers } = this.#parts.problem(error, { requestId, call, inputPath })
      // The protocol knows 400 for whatever the caller did wrong.
      const status = problem.status === 422 ? 400 : problem.status
      return jsonReply(status, JSON.stringify({ error: problem.detail, code: problem.code }), headers)
    }
  }

  async #route(call: Call, [first = '', name = '', ...more]: string[]): Promise<Reply> {
    const isPost = call.method === 'POST'
    if (first === '' && !isPost) return this.#server()
    if (first === 'health' && more.length === 0 && !isPost) {
      if (name === 'live') return jsonReply(200, '{"live":true}')
      if (name === 'ready') {
        const ready = this.#parts.isReady()
        return jsonReply(ready ? 200 : 503, JSON.stringify({ ready }))
      }
    }
    if (first === 'repository') return this.#repository(call, [name, ...more])
    if (first !== 'models' || name === '') throw unknownPath()
    if (name === 'stats' && more.length === 0 && !isPost) return this.#stats([...this.#parts.served.values()])
    const model = this.#get(name)
    const hasVersion = more[0] === 'versions'
    if (hasVersion && more[1] !== model.version)
      throw new HttpError('unknown-path', 'the model has no such version', {
        path: 'version',
        value: more[1],
        remedy: `The version is ${model.version}`,
      })
    const [verb = '', ...none] = hasVersion ? more.slice(2) : more
    if (none.length > 0) throw unknownPath()
    if (isPost && verb === 'infer') return this.#infer(call, model)
    if (isPost) throw unknownPath()
    if (verb === '') return jsonReply(200, JSON.stringify(this.#metadata(model)))
    if (verb === 'ready')
      return jsonReply(
        model.state === 'ready' ? 200 : 400,
        JSON.stringify({ name, ready: model.state === 'ready' }),
      )
    if (verb === 'stats') return this.#stats([model])
    if (verb === 'config') return jsonReply(200, JSON.stringify(this.#config(model)))
    throw unknownPath()
  }

  /** @throws HttpError (`unknown-path`) */
  #get(name: string): Inferable {
    const { served } = this.#parts
    const found = served.get(name)
    if (found !== undefined) return found
    throw new HttpError('unknown-path', 'this service has no model or pipeline of that name', {
      path: 'model',
      value: name,
      remedy: `Use one of ${[...served.keys()].join(', ')}`,
    })
  }

  #server(): Reply {
    const { title, version } = this.#parts.settings
    return jsonReply(200, JSON.stringify({ name: title, version, extensions: EXTENSIONS }))
  }

  #metadata(model: Inferable): object {
    return {
      name: model.name,
      versions: [model.version],
      platform: model.platform,
      ...model.form,
    }
  }

  #config(model: Inferable): object {
    const { inputs, outputs } = model.form
    const typed = (all: typeof inputs) =>
      all.map(({ name, datatype, shape }) => ({
        name,
        data_type: datatype === 'BYTES' ? 'TYPE_STRING' : `TYPE_${datatype}`,
        dims: shape,
      }))
    return {
      name: model.name,
      platform: model.platform,
      max_batch_size: 0,
      input: typed(inputs),
      output: typed(outputs),
    }
  }

  #stats(models: readonly Inferable[]): Reply {
    const took = (count: number, ms: number) => ({ count, ns: Math.round(ms * 1e6) })
    const none = took(0, 0)
    return jsonReply(
      200,
      JSON.stringify({
        model_stats: models.map((model) => {
          const { calls, rows, failed, ms, failedMs, lastAt } = model.counts
          return {
            name: model.name,
            version: model.version,
            last_inference: Math.round(lastAt),
            inference_count: rows,
            execution_count: calls,
            inference_stats: {
              success: took(calls, ms),
              fail: took(failed, failedMs),
              queue: none,
              compute_input: none,
              compute_infer: took(calls, ms),
              compute_output: none,
              cache_hit: none,
              cache_miss: none,
            },
            batch_stats: [],
          }
        }),
      }),
    )
  }

  /** Loading and unloading change what others get: only a service with tokens lets callers do it. */
  async #repository(call: Call, [first = '', name = '', verb = '', ...none]: string[]): Promise<Reply> {
    const { served, mayLoad, settings } = this.#parts
    if (call.method !== 'POST' || none.length > 0) throw unknownPath()
    if (first === 'index' && name === '') {
      const index = [...served.values()].map((model) => ({
        name: model.name,
        version: model.version,
        state: model.state === 'ready' ? 'READY' : model.state === 'loading' ? 'LOADING' : 'UNAVAILABLE',
        reason: model.state === 'failed' ? 'it could not be loaded' : '',
      }))
      return jsonReply(200, JSON.stringify(index))
    }
    if (first !== 'models' || (verb !== 'load' && verb !== 'unload')) throw unknownPath()
    if (!mayLoad())
      throw new HttpError('unauthorized', 'a service without a token loads and unloads nothing', {
        path: 'token',
        remedy: 'Give the service a token',
      })
    await call.body(settings.body)
    const model = this.#get(name)
    if (model.load === undefined || model.unload === undefined)
      throw refused('model', name, 'a pipeline', 'It is loaded as long as the service is there')
    if (verb === 'load') await model.load()
    else model.unload()
    return jsonReply(200, '{}')
  }

  async #infer(call: Call, model: Inferable): Promise<Reply> {
    const { settings, kernel, caller } = this.#parts
    requireReadable(call)
    const bounds = { ownMs: model.ownMs?.() ?? TIMEOUT_MS, mostMs: settings.timeoutMs }
    const timeoutMs = timeoutOf(call, bounds, kernel.clock.now)
    const body = await call.body(settings.body)
    const length = jsonLength(call.header('inference-header-content-length'), body.length)
    const request = parseJson(body.subarray(0, length), settings.depth) as InferRequest | null
    if (typeof request !== 'object' || request === null)
      throw refused('body', request, 'not an object', 'Send { inputs }')
    if (model.state !== 'ready')
      throw refused('model', model.state, 'the model is not ready', 'Load it, or wait for it')
    const { id } = request
    if (id !== undefined && typeof id !== 'string')
      throw refused('id', id, 'not a text', 'Send the id as text')
    const inputs = readTensors(request.inputs, body.subarray(length))
    const outputs = await model.infer(inputs, {
      ...caller?.((header) => call.header(header.toLowerCase())),
      trace: traceOf(call),
      timeoutMs,
      signal: call.signal,
    })
    return reply(model, id, chosen(outputs, request))
  }
}

/** Bytes of the JSON before the tensors' own. */
function jsonLength(header: string | undefined, most: number): number {
  if (header === undefined) return most
  if (/^\d{1,10}$/u.test(header.trim()) && Number(header) <= most) return Number(header)
  throw refused(
    'headers.inference-header-content-length',
    header,
    'more than the body',
    'Send the bytes of the JSON',
  )
}

interface Chosen {
  readonly tensor: WireTensor
  readonly isBinary: boolean
}

function chosen(outputs: readonly WireTensor[], { outputs: wanted, parameters }: InferRequest): Chosen[] {
  const all = parameters?.binary_data_output === true
  if (wanted === undefined || wanted === null) return outputs.map((tensor) => ({ tensor, isBinary: all }))
  if (!Array.isArray(wanted)) throw refused('outputs', wanted, 'not a list', 'Send a list of { name }')
  if (wanted.length === 0) return outputs.map((tensor) => ({ tensor, isBinary: all }))
  return wanted.map((one: unknown, i) => {
    const { name, parameters: own } = (one ?? {}) as {
      name?: unknown
      parameters?: { binary_data?: unknown }
    }
    const tensor = outputs.find((output) => output.name === name)
    if (tensor !== undefined)
      return { tensor, isBinary: typeof own?.binary_data === 'boolean' ? own.binary_data : all }
    throw refused(
      `outputs[${i}].name`,
      name,
      'no such output',
      `The outputs are ${outputs.map((o) => o.name).join(', ')}`,
    )
  })
}

function reply(model: Inferable, id: string | undefined, outputs: readonly Chosen[]): Reply {
  const parts: Uint8Array[] = []
  const shown = outputs.map(({ tensor, isBinary }) => {
    const { name, datatype, shape, data } = tensor
    const head = JSON.stringify({ name, datatype, shape }).slice(0, -1)
    if (!isBinary) return `${head},"data":${jsonElements(data, datatype)}}`
    const bytes = bytesOf(data)
    parts.push(bytes)
    return `${head},"parameters":{"binary_data_size":${bytes.length}}}`
  })
  const about = JSON.stringify({
    model_name: model.name,
    model_version: model.version,
    ...(id === undefined ? {} : { id }),
  })
  const json = `${about.slice(0, -1)},"outputs":[${shown.join(',')}]}`
  if (parts.length === 0) return jsonReply(200, json)
  const head = Buffer.from(json)
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(head.length),
      'cache-control': 'no-store',
    },
    body: Buffer.concat([head, ...parts]),
  }
}
