import { isUtf8 } from 'node:buffer'
import { HttpError } from './http-error.ts'

/** Bytes of JSON as a value. A byte order mark before it is left out (RFC 8259). @throws HttpError: `body-malformed`, `body-too-deep` */
export function parseJson(given: Uint8Array, depthMax: number, path = 'body'): unknown {
  const bytes = given[0] === 0xef && given[1] === 0xbb && given[2] === 0xbf ? given.subarray(3) : given
  if (bytes.length === 0) throw malformed('the body is empty', path, 'Send a JSON document')
  if (!isUtf8(bytes)) throw malformed('the body is not UTF-8', path, 'Send JSON in UTF-8')
  return parseText(textOf(bytes), depthMax, path)
}

function textOf(bytes: Uint8Array): string {
  if (Buffer.isBuffer(bytes)) return bytes.toString('utf8')
  const { buffer, byteOffset, byteLength } = bytes
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8')
}

/** Text of JSON as a value. @throws HttpError: `body-malformed`, `body-too-deep` */
export function parseText(text: string, depthMax: number, path: string): unknown {
  if (text.length > depthMax && depthOf(text, depthMax) > depthMax) {
    throw new HttpError('body-too-deep', `the JSON is nested more than ${depthMax} levels deep`, {
      path,
      value: depthMax,
      remedy: 'Send flatter data, or raise limits.depth',
    })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    const where = /position (\d+)/u.exec((cause as Error).message)?.[1]
    const at = where === undefined ? '' : ` at character ${where}`
    throw malformed(`the body is not JSON${at}`, path, 'Send one JSON document', cause)
  }
  if (mayNamePrototype(text)) refuseForbiddenKeys(value, path)
  return value
}

/** Whether a key may be `__proto__` or `constructor`, whatever of it is escaped. Most texts hold none of the three. */
function mayNamePrototype(text: string): boolean {
  return text.includes('__proto__') || text.includes('constructor') || text.includes('\\u00')
}

/** The deepest nesting, or the first depth beyond `most`: iterative, since the text may be hostile. */
function depthOf(text: string, most: number): number {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === 0x22) {
      at = stringEnd(text, at + 1)
    } else if (char === 0x5b || char === 0x7b) {
      depth += 1
      if (depth > deepest) deepest = depth
      if (depth > most) return depth
    } else if (char === 0x5d || char === 0x7d) depth -= 1
  }
  return deepest
}

/** Where a string that began before `from` ends: at its closing quote, or at the end of the text. */
function stringEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === 0x5c) at += 1
    else if (char === 0x22) return at
  }
  return text.length
}

/** Keys that would reach the prototype of an object that they are merged into. */
function refuseForbiddenKeys(value: unknown, path: string): void {
  const open: unknown[] = [value]
  for (let next = open.pop(); open.length > 0 || next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue
    if (!Array.isArray(next) && (Object.hasOwn(next, '__proto__') || hasPrototypeOfConstructor(next))) {
      throw malformed('the JSON has a key that reaches a prototype', path, 'Leave out __proto__')
    }
    for (const inner of Object.values(next)) if (inner !== undefined && inner !== null) open.push(inner)
  }
}

function hasPrototypeOfConstructor(value: object): boolean {
  if (!Object.hasOwn(value, 'constructor')) return false
  const { constructor: own } = value as { constructor: unknown }
  return typeof own === 'object' && own !== null && Object.hasOwn(own, 'prototype')
}

function malformed(what: string, path: string, remedy: string, cause?: unknown): HttpError {
  return new HttpError('body-malformed', what, { path, remedy, ...(cause === undefined ? {} : { cause }) })
}

/**
 * A value as JSON. Typed arrays become arrays of numbers, big integers numbers or, beyond 2^53, strings; maps objects and
 * sets arrays; what JSON has no word for (undefined, a function) null at the top.
 */
export function jsonOf(value: unknown): string {
  return (isPlain(value, 0) ? JSON.stringify(value) : JSON.stringify(value, asJson)) ?? 'null'
}

/** Whether `JSON.stringify` says it all as it is. Deep data counts as not plain: the replacer copes with it. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'bigint') return false
  if (typeof value !== 'object' || value === null) return true
  if (depth > 32 || ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set) return false
  if (Array.isArray(value)) {
    for (const item of value) if (!isPlain(item, depth + 1)) return false
    return true
  }
  for (const key in value) if (!isPlain((value as Record<string, unknown>)[key], depth + 1)) return false
  return true
}

function asJson(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Float32Array)
  if (value instanceof Map) return Object.fromEntries(value)
  if (value instanceof Set) return [...value]
  return value
}
