import { type FileHandle, open } from 'node:fs/promises'
import { posix } from 'node:path'
import { InferenceError } from '../errors.ts'
import { isFileName } from './names.ts'

/**
 * Messages of onnx.proto that lead to tensors: field number → the message in it.
 *
 *   model ─7▶ graph ─1▶ node ─5▶ attribute ─5,10▶ tensor ─13▶ entry { 1: key, 2: value }
 *     25▼       5▼                  6,11▼ graph   22,23▼ sparse
 *   function  tensor   15▶ sparse ─1,2▶ tensor
 */
const DESCENT = {
  model: { 7: 'graph', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  function: { 7: 'node' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'entry' },
  entry: {},
} as const satisfies Record<string, Readonly<Record<number, string>>>
type Message = keyof typeof DESCENT

const WINDOW_BYTES = 1 << 16
const DEPTH_MAX = 64
const ENTRY_BYTES_MAX = 4_096
const FIELDS_MAX = 20_000_000

/**
 * The files beside an ONNX model that hold its tensors (`location` of external data), without loading it: the structure
 * is walked and the weights are skipped.
 *
 * Rejects with InferenceError (`model-damaged`) for a file that is truncated or not an ONNX model, and for a location
 * outside the model's folder.
 *
 * @param within the model's path in its folder (`onnx/model.onnx`): locations are relative to it.
 */
export async function externalData(path: string, within = 'model.onnx'): Promise<readonly string[]> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const walk = new Walk(file, size)
    await walk.message('model', size, 0).catch((error: unknown) => {
      throw error instanceof Malformed ? malformed(path, error) : error
    })
    if (!walk.sawGraph) throw malformed(path, new Malformed('it holds no graph'))
    return [...walk.locations].map((location) => inside(path, within, location))
  } finally {
    await file.close()
  }
}

class Malformed extends Error {
  readonly code = 'malformed'
}

function malformed(path: string, cause: Malformed): InferenceError {
  return new InferenceError('model-damaged', `${path} is not a complete ONNX model: ${cause.message}`, {
    path,
    remedy: 'Restore the file from the model package, or download it again',
  })
}

function inside(path: string, within: string, location: string): string {
  const file = posix.join(posix.dirname(within), location)
  if (isFileName(location.replace(/^(\.\/)+/, '')) && isFileName(file)) return file
  throw new InferenceError('model-damaged', `${path} has tensors in a file outside its folder`, {
    path: `${path}#external_data`,
    value: location,
    remedy: 'Save the model again with its external data beside it',
  })
}

class Walk {
  readonly #file: FileHandle
  readonly #size: number
  readonly #window = Buffer.alloc(WINDOW_BYTES)
  #windowAt = 0
  #windowLength = 0
  #at = 0
  #fields = 0
  readonly locations = new Set<string>()
  sawGraph = false

  constructor(file: FileHandle, size: number) {
    this.#file = file
    this.#size = size
  }

  async message(kind: Message, end: number, depth: number): Promise<void> {
    if (depth > DEPTH_MAX) throw new Malformed(`it is nested deeper than ${DEPTH_MAX}`)
    if (kind === 'entry') return this.#entry(end)
    const descent: Readonly<Record<number, Message>> = DESCENT[kind]
    while (this.#at < end) {
      this.#fields += 1
      if (this.#fields > FIELDS_MAX) throw new Malformed(`it has more than ${FIELDS_MAX} fields`)
      const tag = await this.#varint()
      const fieldEnd = await this.#fieldEnd(tag & 7)
      if (fieldEnd > end) throw new Malformed(`a field ends at byte ${fieldEnd} of ${end}`)
      const inner = (tag & 7) === 2 ? descent[tag >>> 3] : undefined
      if (inner === 'graph' && kind === 'model') this.sawGraph = true
      if (inner !== undefined) await this.message(inner, fieldEnd, depth + 1)
      this.#at = fieldEnd
    }
  }

  /** Where the field's content ends; for lengths, the position is at its beginning. */
  async #fieldEnd(wire: number): Promise<number> {
    if (wire === 0) {
      await this.#varint()
      return this.#at
    }
    if (wire === 1) return this.#at + 8
    if (wire === 5) return this.#at + 4
    if (wire !== 2) throw new Malformed(`byte ${this.#at} is not a protobuf field`)
    const length = await this.#varint()
    return this.#at + length
  }

  async #entry(end: number): Promise<void> {
    if (end - this.#at > ENTRY_BYTES_MAX) throw new Malformed('a name of external data is too long')
    const texts: Record<number, string> = {}
    while (this.#at < end) {
      const tag = await this.#varint()
      const fieldEnd = await this.#fieldEnd(tag & 7)
      if (fieldEnd > end) throw new Malformed(`a field ends at byte ${fieldEnd} of ${end}`)
      if ((tag & 7) === 2) texts[tag >>> 3] = await this.#text(fieldEnd)
      this.#at = fieldEnd
    }
    if (texts[1] === 'location') this.locations.add(texts[2] ?? '')
  }

  async #text(end: number): Promise<string> {
    const bytes = Buffer.alloc(end - this.#at)
    for (let i = 0; i < bytes.length; i++) bytes[i] = await this.#byte()
    return bytes.toString('utf8')
  }

  async #varint(): Promise<number> {
    let value = 0
    for (let shift = 0; shift < 10; shift++) {
      const byte = await this.#byte()
      value += (byte & 0x7f) * 2 ** (7 * shift)
      if (byte < 0x80) return value
    }
    throw new Malformed(`byte ${this.#at} is not a number`)
  }

  async #byte(): Promise<number> {
    const offset = this.#at - this.#windowAt
    if (offset >= 0 && offset < this.#windowLength) {
      this.#at += 1
      return this.#window[offset] as number
    }
    if (this.#at >= this.#size) throw new Malformed(`it ends at byte ${this.#size}`)
    const { bytesRead } = await this.#file.read(this.#window, 0, WINDOW_BYTES, this.#at)
    if (bytesRead === 0) throw new Malformed(`it ends at byte ${this.#at}`)
    this.#windowAt = this.#at
    this.#windowLength = bytesRead
    return this.#byte()
  }
}
