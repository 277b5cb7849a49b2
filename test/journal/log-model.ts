import type { RandomStream } from '../../src/kernel/kernel.ts'
import type { Log, LogChange } from '../../src/ports/log.ts'

/** What a log holds, as plain data. */
export interface Holding {
  readonly messages: Readonly<Record<number, string>>
  readonly keys: Readonly<Record<string, string>>
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

export function holdingOf(log: Log): Holding {
  const messages: Record<number, string> = {}
  for (const { sequence, to, bytes } of log.unsettled()) messages[sequence] = `${to}:${text(bytes)}`
  const keys: Record<string, string> = {}
  for (const space of [...log.spaces()].sort())
    for (const { key, value } of log.entries(space)) keys[`${space}/${key}`] = text(value)
  return { messages, keys }
}

/** A log in its simplest form: it remembers every commit, and what the log holds after it. */
export class Model {
  /** After each commit, in order; the first is that of an empty log. */
  readonly history: Holding[] = [{ messages: {}, keys: {} }]
  /** Commits that were acknowledged as durable. */
  acknowledged = 0

  get now(): Holding {
    return this.history.at(-1) as Holding
  }

  apply({ append = [], settle = [], put = [] }: LogChange, first: number): void {
    const messages = { ...this.now.messages }
    const keys = { ...this.now.keys }
    for (const [i, { to, bytes }] of append.entries()) messages[first + i] = `${to}:${text(bytes)}`
    for (const sequence of settle) delete messages[sequence]
    for (const { space, key, value } of put) {
      if (value === undefined) delete keys[`${space}/${key}`]
      else keys[`${space}/${key}`] = text(value)
    }
    this.history.push({ messages, keys })
  }
}

/** One commit at random: messages, settlements of some that wait, keys written and deleted. */
export function randomChange(random: RandomStream, model: Model, bytesMax: number): LogChange {
  const bytes = () => Buffer.alloc(random.integer(bytesMax), 97 + random.integer(26))
  const waiting = Object.keys(model.now.messages).map(Number)
  const append = Array.from({ length: random.integer(4) }, () => ({
    to: `actor-${random.integer(3)}`,
    bytes: bytes(),
  }))
  const settle = waiting.filter(() => random.integer(3) === 0)
  const put = Array.from({ length: random.integer(3) }, () => ({
    space: `space-${random.integer(2)}`,
    key: `key-${random.integer(6)}`,
    value: random.integer(5) === 0 ? undefined : bytes(),
  }))
  return { append, settle, put }
}

export function commitTo(log: Log, model: Model, change: LogChange): void {
  const { first, flushed } = log.commit(change)
  model.apply(change, first)
  const commit = model.history.length - 1
  flushed.then(
    () => {
      model.acknowledged = Math.max(model.acknowledged, commit)
    },
    () => undefined,
  )
}
