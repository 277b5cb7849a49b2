import type { NamedLog } from '../../src/journal/actor/home.ts'
import type { LogChange, LogReceipt } from '../../src/ports/log.ts'

/** Sequences that a mutant makes up until the real ones are known. */
const MADE_UP = 2 ** 40

/** A build that sends before it has committed: the messages are durable, then state and end of the handler. */
export function outboxFirst(log: NamedLog): NamedLog {
  return divided(log, (change) => [{ append: change.append ?? [] }, { ...change, append: [] }])
}

/** A build that commits before it sends: state and end of the handler are durable, then the messages. */
export function stateFirst(log: NamedLog): NamedLog {
  return divided(log, (change) => [
    { ...change, append: [] },
    { append: change.append ?? [], ending: true },
  ])
}

/** Makes two commits of every commit that ends a message and sends others, with a flush between them. */
function divided(log: NamedLog, halves: (change: LogChange) => [LogChange, LogChange]): NamedLog {
  const real = new Map<number, number>()
  const waiting = new Map<number, true>()
  let next = MADE_UP
  const settled = (sequences: readonly number[] = []): number[] =>
    sequences.flatMap((sequence) => {
      if (sequence < MADE_UP) return [sequence]
      const known = real.get(sequence)
      if (known === undefined) waiting.set(sequence, true)
      return known === undefined ? [] : [known]
    })
  const learn = (first: number, made: number, count: number): void => {
    for (let i = 0; i < count; i++) {
      real.set(made + i, first + i)
      if (waiting.delete(made + i)) log.commit({ settle: [first + i] })
    }
  }
  return new Proxy(log, {
    get(target, name) {
      if (name === 'message') return (sequence: number) => target.message(real.get(sequence) ?? sequence)
      if (name !== 'commit') {
        const value = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      }
      return (given: LogChange): LogReceipt => {
        const change = { ...given, settle: settled(given.settle) }
        const count = change.append?.length ?? 0
        if (count === 0 || change.settle.length === 0) return target.commit(change)
        const [one, two] = halves(change)
        const made = next
        next += count
        const begun = target.commit(one)
        if (one.append?.length === count) learn(begun.first, made, count)
        const flushed = begun.flushed.then(() => {
          const ended = target.commit(two)
          if (two.append?.length === count) learn(ended.first, made, count)
          return ended.flushed
        })
        flushed.catch(() => undefined)
        return { first: made, flushed }
      }
    },
  })
}
