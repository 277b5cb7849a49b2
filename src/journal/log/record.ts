import { crc32 } from 'node:zlib'

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
  group.writeUInt32LE(GROUP_MAGIC, 0)
  group.writeUInt32LE(group.length - GROUP_HEAD_BYTES, 4)
  group.writeUInt32LE(head.epoch, 12)
  group.writeUIntLE(head.number, 16, 6)
  group.writeUInt16LE(0, 22)
  group.writeUIntLE(head.flushed, 24, 6)
  group.writeUInt16LE(0, 30)
  group.writeUInt32LE(head.records, 32)
  group.writeUInt32LE(messages, 36)
  group.writeUInt32LE(crc32(group.subarray(12)), 8)
}

/** The head of the group at `at`, or what is wrong there. */
export function groupAt(bytes: Buffer, at: number): GroupHead | string {
  if (at + GROUP_HEAD_BYTES > bytes.length) return 'the end of the file in the head of a group'
  if (bytes.readUInt32LE(at) !== GROUP_MAGIC) return 'no group begins here'
  const length = bytes.readUInt32LE(at + 4)
  const end = at + GROUP_HEAD_BYTES + length
  if (length > GROUP_BYTES_MAX || end > bytes.length) return 'the end of the file in a group'
  if (crc32(bytes.subarray(at + 12, end)) !== bytes.readUInt32LE(at + 8))
    return 'a checksum that does not match'
  return {
    number: bytes.readUIntLE(at + 16, 6),
    flushed: bytes.readUIntLE(at + 24, 6),
    epoch: bytes.readUInt32LE(at + 12),
    records: bytes.readUInt32LE(at + 32),
    bytes: GROUP_HEAD_BYTES + length,
  }
}

/** Takes the records of a group, in the order in which they apply. Offsets are of the bytes that were passed. */
export interface RecordReader {
  message(sequence: number, to: string, at: number, length: number, head: number): void
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
  const name = bytes.readUInt16LE(at + 7)
  const length = bytes.readUInt32LE(at + 9)
  const start = at + MESSAGE_HEAD_BYTES + name
  if (start + length > end) return 0
  const to = bytes.toString('utf8', at + MESSAGE_HEAD_BYTES, start)
  reader.message(bytes.readUIntLE(at + 1, 6), to, start, length, start - at)
  return start + length
}

function readSettled(bytes: Buffer, at: number, end: number, reader: RecordReader): number {
  if (at + SETTLE_HEAD_BYTES > end) return 0
  const stop = at + SETTLE_HEAD_BYTES + bytes.readUInt32LE(at + 1) * 6
  if (stop > end) return 0
  for (let here = at + SETTLE_HEAD_BYTES; here < stop; here += 6) reader.settle(bytes.readUIntLE(here, 6))
  return stop
}

function readPut(bytes: Buffer, at: number, end: number, reader: RecordReader): number {
  if (at + PUT_HEAD_BYTES > end) return 0
  const key = at + PUT_HEAD_BYTES + bytes.readUInt16LE(at + 1)
  const start = key + bytes.readUInt16LE(at + 3)
  const length = bytes.readUInt32LE(at + 5)
  if (start + length > end) return 0
  const space = bytes.toString('utf8', at + PUT_HEAD_BYTES, key)
  reader.put(space, bytes.toString('utf8', key, start), start, length, start - at)
  return start + length
}

function readDelete(bytes: Buffer, at: number, end: number, reader: RecordReader): number {
  if (at + DELETE_HEAD_BYTES > end) return 0
  const key = at + DELETE_HEAD_BYTES + bytes.readUInt16LE(at + 1)
  const stop = key + bytes.readUInt16LE(at + 3)
  if (stop > end) return 0
  reader.delete(bytes.toString('utf8', at + DELETE_HEAD_BYTES, key), bytes.toString('utf8', key, stop))
  return stop
}
