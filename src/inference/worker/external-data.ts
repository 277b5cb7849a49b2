import { type FileHandle, open, realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { InferenceError } from '../errors.ts'

type Message =
  | 'model'
  | 'graph'
  | 'function'
  | 'training'
  | 'node'
  | 'attribute'
  | 'sparse'
  | 'tensor'
  | 'entry'

/**
 * Where tensors can stand in an ONNX file (onnx.proto3), field number by message:
 *
 *     model ─▶ graph ─▶ node ─▶ attribute ─▶ tensor ─▶ entry { key: 'location', value: 'weights.bin' }
 *                └────────────────────────────▶ ▲  (initializers)
 */
const NESTED: Readonly<Record<Message, Readonly<Record<number, Message>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  training: { 1: 'graph', 2: 'graph' },
  function: { 7: 'node', 11: 'attribute' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'entry' },
  entry: {},
}
const DEPTH_MAX = 64
const LOCATION_BYTES_MAX = 4096

/**
 * Refuses an ONNX file whose weights stand in files outside its folder: a model from elsewhere must not make this
 * process read whatever it names. Reads the structure only, and leaps over the weights.
 *
 * @throws InferenceError (`model-damaged`) with the path of the file that is named, missing, or no ONNX at all.
 */
export async function checkExternalData(file: string): Promise<void> {
  const folder = dirname(file)
  for (const location of await externalLocations(file)) {
    const path = resolve(folder, location)
    if (isAbsolute(location) || leaves(folder, path)) throw outside(file, location, path)
    const entry = await stat(path).catch(() => undefined)
    if (!entry?.isFile()) {
      throw new InferenceError('model-damaged', `${file} keeps weights in ${location}, which is not there`, {
        path,
        remedy: 'Restore the file from the model package',
      })
    }
    if (leaves(await realpath(folder), await realpath(path))) throw outside(file, location, path)
  }
}

function leaves(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)
}

function outside(file: string, location: string, path: string): InferenceError {
  return new InferenceError('model-damaged', `${file} keeps weights outside its folder, in ${location}`, {
    path,
    value: location,
    remedy: 'Put the weights into the model folder, or take the model from a source that you trust',
  })
}

/** Every `location` of external data that an ONNX file names. */
async function externalLocations(file: string): Promise<Set<string>> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new InferenceError('model-damaged', `${file} can't be read`, {
      path: file,
      remedy: 'Restore the file from the model package',
      cause,
    })
  })
  try {
    const { size } = await handle.stat()
    const scan = new OnnxScan(handle, size, file)
    await scan.message('model', size, 0)
    return scan.locations
  } finally {
    await handle.close()
  }
}

/** A cursor over the protobuf wire format that reads 64 KiB at a time. */
class OnnxScan {
  readonly locations = new Set<string>()
  readonly #handle: FileHandle
  readonly #size: number
  readonly #file: string
  readonly #buffer = Buffer.allocUnsafe(1 << 16)
  #bufferAt = 0
  #buffered = 0
  #at = 0

  constructor(handle: FileHandle, size: number, file: string) {
    this.#handle = handle
    this.#size = size
    this.#file = file
  }

  async message(kind: Message, end: number, depth: number): Promise<void> {
    if (depth > DEPTH_MAX || end > this.#size) throw this.#damaged()
    const texts: Record<number, string[]> = { 1: [], 2: [] }
    while (this.#at < end) {
      const tag = await this.#varint()
      const field = Math.floor(tag / 8)
      const wire = tag % 8
      if (wire === 0) await this.#varint()
      else if (wire === 1) this.#at += 8
      else if (wire === 5) this.#at += 4
      else if (wire === 2) {
        const length = await this.#varint()
        const until = this.#at + length
        if (until > end) throw this.#damaged()
        const nested = NESTED[kind][field]
        if (nested !== undefined) await this.message(nested, until, depth + 1)
        else if (kind === 'entry' && (field === 1 || field === 2))
          texts[field]?.push(await this.#text(length))
        this.#at = until
      } else throw this.#damaged()
    }
    if (this.#at !== end) throw this.#damaged()
    if (kind === 'entry' && texts[1]?.includes('location')) {
      for (const text of texts[2] ?? []) this.locations.add(text)
    }
  }

  async #varint(): Promise<number> {
    let value = 0
    for (let scale = 1, bytes = 0; bytes < 10; bytes++, scale *= 128) {
      const byte = await this.#byte()
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
    throw this.#damaged()
  }

  async #byte(): Promise<number> {
    if (this.#at < this.#bufferAt || this.#at >= this.#bufferAt + this.#buffered) {
      const { bytesRead } = await this.#handle.read(this.#buffer, 0, this.#buffer.length, this.#at)
      if (bytesRead === 0) throw this.#damaged()
      this.#bufferAt = this.#at
      this.#buffered = bytesRead
    }
    const byte = this.#buffer[this.#at - this.#bufferAt] as number
    this.#at += 1
    return byte
  }

  async #text(length: number): Promise<string> {
    if (length > LOCATION_BYTES_MAX) throw this.#damaged()
    const bytes = Buffer.alloc(length)
    await this.#handle.read(bytes, 0, length, this.#at)
    return bytes.toString('utf8')
  }

  #damaged(): InferenceError {
    return new InferenceError('model-damaged', `${this.#file} is not an ONNX model: byte ${this.#at}`, {
      path: this.#file,
      remedy: 'Restore the file from the model package, or give another folder',
    })
  }
}
