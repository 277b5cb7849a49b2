import { crc32 } from 'node:zlib'
import { readText, readU16, readU32, readU48, writeU32, writeU48 } from './bytes.ts'

/**
 * One commit group as bytes, little-endian. It is whole or it is not there: the checksum covers everything behind it.
 *
 *     0      4        8       12      16         24         32        36
 *     │ GGRP │ length │ crc32 │ epoch │ group nr │ flushed │ records │ messages │ records …
 *
 * Group numbers have no gap. `flushed` is the number of the last group that was durable when this one was written: a broken group
 * up to there was acknowledged once, one behind it never.
 *
 *     message  1 │ u48 sequence │ u16 │ u32 │ recipient │ bytes
 *     settle   2 │ u32 count │ u48 sequence …
 *     put      3 │ u16 │ u16 │ u32 │ space │ key │ value
 *     delete   4 │ u16 │ u16 │ space │ key
 */
export const GROUP_MAGIC = 0x50524747
export const GROUP_HEAD_BYTES = 40
export const MESSAGE_HEAD_BYTES = 13
export const SETTLE_HEAD_BYTES = 5
export const PUT_HEAD_BYTES = 9
export const DELETE_HEAD_BYTES = 5
export const MESSAGE = 1
export const SETTLE = 2
export const PUT = 3
export const DELETE = 4
/** A longer one is not a group. */
export const GROUP_BYTES_MAX = 2 ** 30

/** What stands in front of a group's records. */
export interface GroupHead {
  readonly number: number
  readonly flushed: number
  readonly epoch: number
  readonly records: number
  /** Of the whole group. */
  readonly bytes: number
}

/** Writes the head of a group whose records are in place. */
export function sealGroup(group: Buffer, head: Omit<GroupHead, 'bytes'>, messages: number): void {
  writeU32(group, 0, GROUP_MAGIC)
  writeU32(group, 4, group.length - GROUP_HEAD_BYTES)
  writeU32(group, 12, head.epoch)
  writeU48(group, 16, head.number)
  group[22] = 0
  group[23] = 0
  writeU48(group, 24, head.flushed)
  group[30] = 0
  group[31] = 0
  writeU32(group, 32, head.records)
  writeU32(group, 36, messages)
  writeU32(group, 8, crc32(group.subarray(12)))
}

/** The head of the group at `at`, or what is wrong there. */
export function groupAt(bytes: Buffer, at: number): GroupHead | string {
  if (at + GROUP_HEAD_BYTES > bytes.length) return 'the end of the file in the head of a group'
  if (readU32(bytes, at) !== GROUP_MAGIC) return 'no group begins here'
  const length = readU32(bytes, at + 4)
  const end = at + GROUP_HEAD_BYTES + length
  if (length > GROUP_BYTES_MAX || end > bytes.length) return 'the end of the file in a group'
  if (crc32(bytes.subarray(at + 12, end)) !== readU32(bytes, at + 8)) return 'a checksum that does not match'
  return {
    number: readU48(bytes, at + 16),
    flushed: readU48(bytes, at + 24),
    epoch: readU32(bytes, at + 12),
    records: readU32(bytes, at + 32),
    bytes: GROUP_HEAD_BYTES + length,
  }
}

/** Takes the records of a group, in the order in which they apply. Offsets are of the bytes that were passed. */
export interface RecordReader {
  message(sequence: number, at: number, length: number, head: number): void
  settle(sequence: number): void
  put(space: string, key: string, at: number, length: number, head: number): void
  delete(space: string, key: string): void
}

/** Reads the records of a group whose checksum holds. False where they are not what a journal writes. */
export function readRecords(bytes: Buffer, at: number, group: GroupHead, reader: RecordReader): boolean {
  const end = at + group.bytes
  let here = at + GROUP_HEAD_BYTES
  for (let left = group.records; left > 0; left--) {
    if (here >= end) return false
    here = readRecord(bytes, here, end, reader)
    if (here === 0 || here > end) return false
  }
  return here === end
}

function readRecord(bytes: Buffer, at: number, end: number, reader: RecordReader): number {
  switch (bytes[at]) {
    case MESSAGE:
      return readMessage(bytes, at, end, reader)
    case SETTLE:
      return readSettled(bytes, at, end, reader)
    case PUT:
      return readPut(bytes, at, end, reader)
    case DELETE:
      return readDelete(bytes, at, end, reader)
    default:
      return 0
  }
}

function readMessage(bytes: Buffer, at: number, end: number, reader: RecordReader): number {
  if (at + MESSAGE_HEAD_BYTES > end) return 0
  const name = readU16(bytes, at + 7)
  const length = readU32(bytes, at + 9)
  const start = at + MESSAGE_HEAD_BYTES + name
  if (start + length > end) return 0
  reader.message(readU48(bytes, at + 1), start, length, start - at)
  return start + length
}

function readSettled(bytes: Buffer, at: number, end: number, reader: RecordReader): number {
  if (at + SETTLE_HEAD_BYTES > end) return 0
  const stop = at + SETTLE_HEAD_BYTES + readU32(bytes, at + 1) * 6
  if (stop > end) return 0
  for (let here = at + SETTLE_HEAD_BYTES; here < stop; here += 6) reader.settle(readU48(bytes, here))
  return stop
}

function readPut(bytes: Buffer, at: number, end: number, reader: RecordReader): number {
  if (at + PUT_HEAD_BYTES > end) return 0
  const key = at + PUT_HEAD_BYTES + readU16(bytes, at + 1)
  const start = key + readU16(bytes, at + 3)
  const length = readU32(bytes, at + 5)
  if (start + length > end) return 0
  const space = readText(bytes, at + PUT_HEAD_BYTES, key)
  reader.put(space, readText(bytes, key, start), start, length, start - at)
  return start + length
}

function readDelete(bytes: Buffer, at: number, end: number, reader: RecordReader): number {
  if (at + DELETE_HEAD_BYTES > end) return 0
  const key = at + DELETE_HEAD_BYTES + readU16(bytes, at + 1)
  const stop = key + readU16(bytes, at + 3)
  if (stop > end) return 0
  reader.delete(readText(bytes, at + DELETE_HEAD_BYTES, key), readText(bytes, key, stop))
  return stop
}

export interface FoundGroup {
  readonly at: number
  readonly group: GroupHead
}

/** The next whole group at or after `from`, whose number is at least `least`. */
export function nextGroup(bytes: Buffer, from: number, least = 0): FoundGroup | undefined {
  const magic = Buffer.alloc(4)
  magic.writeUInt32LE(GROUP_MAGIC)
  for (let at = bytes.indexOf(magic, from); at !== -1; at = bytes.indexOf(magic, at + 1)) {
    if (at + GROUP_HEAD_BYTES > bytes.length) return undefined
    const group = groupAt(bytes, at)
    if (typeof group !== 'string' && group.number >= least) return { at, group }
  }
  return undefined
}
