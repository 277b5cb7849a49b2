import { GanglionError, say } from '../kernel/errors.ts'

export type FrameErrorCode =
  | 'frame-too-large'
  | 'frame-truncated'
  | 'frame-magic'
  | 'frame-version'
  | 'frame-checksum'
  | 'frame-malformed'
  | 'frame-depth'
  | 'frame-elements'
  | 'frame-forbidden-key'
  | 'frame-duplicate-key'
  | 'frame-forbidden-ext'
  | 'frame-unsigned'
  | 'frame-key'
  | 'frame-signature'
  | 'frame-expired'
  | 'frame-replayed'

/** The bytes are not one of our frames, or must not be decoded. `offset` is the position in bytes. */
export class FrameError extends GanglionError {
  readonly offset: number

  constructor(code: FrameErrorCode, what: string, offset: number, cause?: unknown) {
    super(code, say`${what} (at byte ${offset})`, {
      path: say`frame[${offset}]`,
      value: offset,
      remedy: 'Drop the frame, or ask its sender for another: none of it was decoded',
      cause,
    })
    this.offset = offset
  }
}

/** A value can't leave its thread. Code `not-serializable`; `path` names the value inside the message. */
export class NotSerializableError extends GanglionError {
  constructor(what: string, path: string, value: unknown) {
    super('not-serializable', say`${path} is ${what}, which can't leave its thread`, {
      path,
      value,
      remedy:
        'Send plain data: objects, arrays, strings, numbers, bigints of 64 bits, typed arrays, dates, sets',
    })
  }
}
