import { createRequire } from 'node:module'

/** Represents −0 until it is written: msgpackr writes −0 as the integer 0. */
class MinusZero {}

/** The target that msgpackr gives an extension to write to. */
interface Room {
  readonly target: Uint8Array
  readonly position: number
}

/** msgpackr requires a type number, though it never writes it. */
const TYPE = 0x7f
const FLOAT_64 = 0xcb
const SIGN = 0x80
let stand: MinusZero | undefined

/**
 * Registered with the first −0. It does not extend the format: it writes the bytes of a float, which any reader
 * understands.
 */
function standIn(): MinusZero {
  if (stand === undefined) {
    const { addExtension } = createRequire(import.meta.url)('msgpackr') as typeof import('msgpackr')
    const pack = (_value: MinusZero, room: (bytes: number) => Room): undefined => {
      const { target, position } = room(9)
      target.fill(0, position, position + 9)
      target[position] = FLOAT_64
      target[position + 1] = SIGN
    }
    addExtension({ Class: MinusZero, type: TYPE, pack } as never)
    stand = new MinusZero()
  }
  return stand
}

/** A copy in which every −0 is written as −0. Only for data that `checkSendable` has passed, whose depth is bounded. */
export function keepMinusZero(value: unknown): unknown {
  if (Object.is(value, -0)) return standIn()
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(keepMinusZero)
  if (value instanceof Set) return new Set([...value].map(keepMinusZero))
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, keepMinusZero(inner)]))
}
