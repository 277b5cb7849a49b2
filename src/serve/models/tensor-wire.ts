import type { TensorArray } from '../../inference/tasks/tensors.ts'
import { InvalidArgumentError } from '../../kernel/errors.ts'

/** Element types of the Open Inference Protocol. */
export type Datatype = keyof typeof WIDTH | 'BYTES'

/** Bytes an element. */
const WIDTH = {
  BOOL: 1,
  UINT8: 1,
  UINT16: 2,
  UINT32: 4,
  UINT64: 8,
  INT8: 1,
  INT16: 2,
  INT32: 4,
  INT64: 8,
  FP16: 2,
  BF16: 2,
  FP32: 4,
  FP64: 8,
} as const

export type Elements = readonly string[] | TensorArray

/** A tensor as the protocol sends it. */
export interface WireTensor {
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly number[]
  /** FP16 and BF16 are widened to 32 bits. */
  readonly data: Elements
}

const ELEMENTS_MAX = 2 ** 26

export function refused(path: string, value: unknown, what: string, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError(`${path}: ${what}`, { path, value, remedy })
}

/** The tensors of an `inputs` list. @throws InvalidArgumentError (`invalid-argument`) naming the place. */
export function readTensors(inputs: unknown, binary: Uint8Array): WireTensor[] {
  if (!Array.isArray(inputs) || inputs.length === 0)
    throw refused('inputs', inputs, 'not a list of tensors', 'Send at least one input')
  let at = 0
  const seen = new Set<string>()
  const tensors = inputs.map((input: unknown, i): WireTensor => {
    const path = `inputs[${i}]`
    if (typeof input !== 'object' || input === null)
      throw refused(path, input, 'not a tensor', 'Send an object')
    const { name, datatype, shape, data, parameters = {} } = input as Record<string, unknown>
    if (typeof name !== 'string' || name === '' || seen.has(name))
      throw refused(`${path}.name`, name, 'no name, or twice the same', 'Name each input once')
    seen.add(name)
    if (datatype !== 'BYTES' && !(typeof datatype === 'string' && Object.hasOwn(WIDTH, datatype)))
      throw refused(
        `${path}.datatype`,
        datatype,
        'no such type',
        `Use ${Object.keys(WIDTH).join(', ')} or BYTES`,
      )
    const sizes = shapeOf(shape, `${path}.shape`)
    const count = sizes.reduce((product, size) => product * size, 1)
    if (count > ELEMENTS_MAX)
      throw refused(`${path}.shape`, shape, 'too many elements', 'Send smaller tensors')
    const type = datatype as Datatype
    const { binary_data_size: size } = (parameters ?? {}) as { binary_data_size?: unknown }
    if (size === undefined)
      return { name, datatype: type, shape: sizes, data: fromJson(data, type, sizes, path) }
    if (data !== undefined)
      throw refused(`${path}.data`, undefined, 'sent twice', 'Send it as JSON or as bytes')
    if (!Number.isSafeInteger(size) || (size as number) < 0 || at + (size as number) > binary.length)
      throw refused(
        `${path}.parameters.binary_data_size`,
        size,
        'more than the body holds',
        'Send the size in bytes',
      )
    const bytes = binary.subarray(at, at + (size as number))
    at += size as number
    return { name, datatype: type, shape: sizes, data: fromBytes(bytes, type, count, path) }
  })
  if (at !== binary.length)
    throw refused(
      'body',
      binary.length - at,
      'bytes that belong to no input',
      'Give each input its binary_data_size',
    )
  return tensors
}

function shapeOf(shape: unknown, path: string): number[] {
  if (
    Array.isArray(shape) &&
    shape.length <= 16 &&
    shape.every((size) => Number.isSafeInteger(size) && size >= 0)
  )
    return shape as number[]
  throw refused(path, shape, 'not a list of sizes', 'Send a list of whole numbers')
}

function fromJson(data: unknown, type: Datatype, shape: readonly number[], path: string): Elements {
  if (!Array.isArray(data)) throw refused(`${path}.data`, data, 'not a list', 'Send a list, flat or nested')
  if (type === 'FP16' || type === 'BF16')
    throw refused(`${path}.data`, type, `${type} has no form in JSON`, 'Send it as bytes, or as FP32')
  const flat = flattened(data, shape, `${path}.data`)
  const count = flat.length
  const place = (at: number): string => `${path}.data[${at}]`
  if (type === 'BYTES')
    return flat.map((one, at) => {
      if (typeof one === 'string') return one
      throw refused(place(at), one, 'not a text', 'Send BYTES as texts')
    })
  if (type === 'INT64' || type === 'UINT64') {
    const all = flat.map((one, at) => wide(one, type, place(at)))
    return type === 'INT64' ? BigInt64Array.from(all) : BigUint64Array.from(all)
  }
  const array = arrayOf(type, count)
  for (const [at, one] of flat.entries()) array[at] = narrow(one, type, place(at))
  return array
}

/**
 * The elements row by row. Lists within lists follow the shape from its first dimension on; where they end, the rest of the shape is
 * flat.
 */
function flattened(data: readonly unknown[], shape: readonly number[], path: string, at = 0): unknown[] {
  const isNested = Array.isArray(data[0]) && at < shape.length - 1
  const due = isNested ? (shape[at] as number) : shape.slice(at).reduce((product, size) => product * size, 1)
  if (data.length !== due)
    throw refused(path, data.length, `${data.length} elements for ${due}`, 'Send as many as the shape says')
  if (!isNested) return data as unknown[]
  return data.flatMap((row, i) => {
    if (Array.isArray(row)) return flattened(row, shape, `${path}[${i}]`, at + 1)
    throw refused(`${path}[${i}]`, row, 'not a list, as the first is', 'Send a list, flat or nested')
  })
}

/** JSON numbers beyond 2^53 have lost digits before they come here. */
function wide(one: unknown, type: 'INT64' | 'UINT64', path: string): bigint {
  const isWhole = typeof one === 'string' ? /^-?\d{1,20}$/u.test(one) : Number.isSafeInteger(one)
  if (isWhole) {
    const value = BigInt(one as string | number)
    const same = type === 'INT64' ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)
    if (same === value) return value
  }
  throw refused(
    path,
    one,
    `not an exact ${type}`,
    'Send whole numbers up to 2^53, and larger ones as text or bytes',
  )
}

const BITS: Readonly<Record<string, number>> = { 8: 8, 16: 16, 32: 32 }

function narrow(one: unknown, type: Exclude<Datatype, 'BYTES'>, path: string): number {
  if (type === 'BOOL') {
    if (one === true || one === 1) return 1
    if (one === false || one === 0) return 0
    throw refused(path, one, 'not a BOOL', 'Send true, false, 1 or 0')
  }
  if (typeof one !== 'number') throw refused(path, one, `not a ${type}`, 'Send a number; NaN only as bytes')
  if (type === 'FP32' || type === 'FP64') {
    if (Number.isFinite(type === 'FP32' ? Math.fround(one) : one)) return one
    throw refused(path, one, `beyond ${type}`, 'Send a smaller number; an infinite one only as bytes')
  }
  const bits = BITS[type.replace(/\D/gu, '')] as number
  const [low, high] = type.startsWith('U') ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1]
  if (Number.isSafeInteger(one) && one >= low && one <= high) return one
  throw refused(path, one, `not an ${type}`, `Send a whole number from ${low} to ${high}`)
}

function arrayOf(type: Exclude<Datatype, 'BYTES'>, count: number) {
  if (type === 'FP64') return new Float64Array(count)
  if (type === 'INT8') return new Int8Array(count)
  if (type === 'INT16') return new Int16Array(count)
  if (type === 'INT32') return new Int32Array(count)
  if (type === 'UINT16') return new Uint16Array(count)
  if (type === 'UINT32') return new Uint32Array(count)
  return type === 'BOOL' || type === 'UINT8' ? new Uint8Array(count) : new Float32Array(count)
}

function fromBytes(bytes: Uint8Array, type: Datatype, count: number, path: string): Elements {
  if (type === 'BYTES') return textsIn(bytes, count, path)
  if (bytes.length !== count * WIDTH[type])
    throw refused(
      `${path}.parameters.binary_data_size`,
      bytes.length,
      `${bytes.length} bytes for ${count} ${type}`,
      `Send ${count * WIDTH[type]}`,
    )
  // A copy: the body's bytes need not be aligned.
  const { buffer } = Uint8Array.from(bytes)
  if (type === 'INT64') return new BigInt64Array(buffer)
  if (type === 'UINT64') return new BigUint64Array(buffer)
  if (type === 'FP16') return Float32Array.from(new Uint16Array(buffer), half)
  if (type === 'BF16')
    return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer)
  if (type === 'BOOL') {
    const at = bytes.findIndex((one) => one > 1)
    if (at >= 0) throw refused(`${path}.data[${at}]`, bytes[at], 'not a BOOL', 'Send bytes of 0 and 1')
  }
  const { constructor: Numbers } = arrayOf(type, 0)
  return new (Numbers as new (from: ArrayBuffer) => Float32Array)(buffer)
}

/** IEEE 754 half precision as a number. */
function half(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** Each text has its length before it: 4 bytes, least first. */
function textsIn(bytes: Uint8Array, count: number, path: string): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const texts: string[] = []
  let at = 0
  while (at < bytes.length && texts.length < count) {
    const length = at + 4 <= bytes.length ? view.getUint32(at, true) : Number.POSITIVE_INFINITY
    if (at + 4 + length > bytes.length)
      throw refused(
        `${path}.data[${texts.length}]`,
        length,
        'a text longer than the body',
        'Put the length of each text before it',
      )
    try {
      texts.push(decoder.decode(bytes.subarray(at + 4, at + 4 + length)))
    } catch {
      throw refused(`${path}.data[${texts.length}]`, length, 'not UTF-8', 'Send texts in UTF-8')
    }
    at += 4 + length
  }
  if (texts.length === count && at === bytes.length) return texts
  throw refused(`${path}.data`, texts.length, `not ${count} texts`, 'Send as many as the shape says')
}

/** Elements as bytes, least first, as all machines that Node runs on have them. */
export function bytesOf(data: Elements): Uint8Array {
  if (!Array.isArray(data)) {
    const { buffer, byteOffset, byteLength } = data as Float32Array
    return new Uint8Array(buffer, byteOffset, byteLength)
  }
  return Buffer.concat(
    (data as readonly string[]).flatMap((text) => {
      const bytes = Buffer.from(text)
      const length = Buffer.alloc(4)
      length.writeUInt32LE(bytes.length)
      return [length, bytes]
    }),
  )
}

/** Elements for JSON: numbers that JSON has no word for are null; exact big integers stay numbers. */
export function jsonElements(data: Elements, type: Datatype): string {
  if (type === 'BOOL') return `[${Array.from(data as Uint8Array, (one) => one !== 0).join(',')}]`
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return `[${data.join(',')}]`
  return JSON.stringify(Array.from(data as Float32Array))
}
