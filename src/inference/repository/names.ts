import { InferenceError } from '../errors.ts'

const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,127}$/
// Control characters, what separates paths on Windows, and drives or streams.
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what a file name must not hold
const UNSAFE = /[\u0000-\u001f\u007f\\:]/
const FILE_CHARACTERS_MAX = 255
const FILE_DEPTH_MAX = 8

/** `NAME` or `ORG/NAME` of letters, digits and `._+-`: safe as a folder and as part of a URL. */
export function isModelName(name: string): boolean {
  const segments = name.split('/')
  return segments.length <= 2 && segments.every(isSegment)
}

/** One such segment. */
export function isVersionName(version: string): boolean {
  return isSegment(version)
}

/** A path inside a model's folder, with `/` between its parts. It can't leave the folder or be hidden. */
export function isFileName(file: string): boolean {
  if (file.length === 0 || file.length > FILE_CHARACTERS_MAX || UNSAFE.test(file)) return false
  const parts = file.split('/')
  return parts.length <= FILE_DEPTH_MAX && parts.every((part) => part !== '' && !part.startsWith('.'))
}

/** @throws InferenceError (`bad-input`, path `version`) */
export function checkVersionName(version: string): void {
  if (isVersionName(version)) return
  throw new InferenceError('bad-input', `'${printable(version)}' is not a valid version of a model`, {
    path: 'version',
    value: version,
    remedy: "Use a version such as '1.2.0': letters, digits, '.', '_', '+' and '-'",
  })
}

function isSegment(text: string): boolean {
  return SEGMENT.test(text) && !text.includes('..')
}

function printable(text: string): string {
  return JSON.stringify(text.slice(0, 80)).slice(1, -1)
}
