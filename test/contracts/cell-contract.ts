import { describe, expect, test } from 'vitest'
import type { AskOptions, TellOptions } from '../../src/behavior/ref.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { MailboxFullError } from '../../src/mailbox/errors.ts'
import type { Overflow } from '../../src/mailbox/mailbox.ts'
import { type ActorSystem, createSystem } from '../../src/system/actor-system.ts'

/** How one is set up. */
export interface CellSettings {
  readonly mailbox?: { readonly capacity: number; readonly overflow?: Overflow }
  readonly attempts?: number
  /** Milliseconds; jittered by half. */
  readonly backoff?: number
  readonly timeout?: number
  readonly work: (x: number, attempt: number) => number | Promise<number>
}

/** An actor or a processor, by what they have in common. */
export interface Cell {
  readonly path: string
  readonly load: number
  tell(x: number, options?: TellOptions): void
  ask(x: number, options?: AskOptions): Promise<number>
  kill(reason: string): void
  stop(): Promise<void>
}

type Spawn = (system: ActorSystem, settings: CellSettings) => Cell

/** What mailbox, attempts and dead letters do, whether an actor or a processor stands behind them. */
export function cellContract(kind: string, spawn: Spawn): void {
  const set = (settings: CellSettings) => {
    const kernel = new ManualKernel()
    const system = createSystem({ kernel, log: false })
    return { kernel, system, cell: spawn(system, settings) }
  }
  const record = () => {
    const seen: number[] = []
    return { seen, work: (x: number) => seen.push(x) && x }
  }
  const settled = <T>(promise: Promise<T>) =>
    promise.then(
      (value) => value as unknown,
      (error: { code: string }) => error.code,
    )
  const never = () => new Promise<number>(() => {})

  describe(`the mailbox of ${kind}`, () => {
    test('messages are handled in order, the urgent ones first', async () => {
      const { seen, work } = record()
      const { kernel, system, cell } = set({ work })
      cell.tell(1)
      cell.tell(2, { priority: -1 })
      cell.tell(3)
      cell.tell(4, { priority: 7 })
      void cell.ask(5, { priority: 1 })
      expect(cell.load).toBe(5)
      await kernel.settle()
      expect(seen).toEqual([4, 5, 1, 3, 2])
      expect(system.ledger()).toMatchObject({ accepted: 5, inFlight: 0, balanced: true })
    })

    test.each([8, 1.5, Number.NaN])('a priority of %s is refused, and nothing is accepted', (priority) => {
      const { system, cell } = set({ work: (x) => x })
      expect(() => cell.tell(1, { priority })).toThrow(
        expect.objectContaining({ code: 'invalid-argument', path: 'priority' }),
      )
      expect(system.ledger()).toMatchObject({ accepted: 0, inFlight: 0, balanced: true })
    })

    test('a full one that rejects hands the message back', async () => {
      const { seen, work } = record()
      const { kernel, system, cell } = set({ work, mailbox: { capacity: 2 } })
      cell.tell(1)
      cell.tell(2)
      let error: unknown
      try {
        cell.tell(3)
      } catch (thrown) {
        error = thrown
      }
      expect(error).toBeInstanceOf(MailboxFullError)
      expect(error).toMatchObject({ code: 'mailbox-full', path: `${cell.path}.mailbox.capacity`, value: 2 })
      expect(await settled(cell.ask(4))).toBe('mailbox-full')
      await kernel.settle()
      expect(seen).toEqual([1, 2])
      expect(system.ledger()).toMatchObject({ accepted: 2, inFlight: 0, balanced: true })
    })

    test('under backpressure asks wait for room and tells do not', async () => {
      const { seen, work } = record()
      const { kernel, system, cell } = set({ work, mailbox: { capacity: 1, overflow: 'backpressure' } })
      cell.tell(1)
      expect(() => cell.tell(2)).toThrow(MailboxFullError)
      const asked = [3, 4, 5].map((x) => settled(cell.ask(x)))
      await kernel.settle()
      expect(await Promise.all(asked)).toEqual([3, 4, 5])
      expect(seen).toEqual([1, 3, 4, 5])
      expect(system.ledger()).toMatchObject({ accepted: 4, inFlight: 0, balanced: true })
    })

    test.each([
      ['drop-oldest', [3, 4], [1, 2]],
      ['drop-newest', [1, 2], [3, 4]],
    ] as const)('with %s each message that is shed is a dead letter', async (overflow, kept, lost) => {
      const { seen, work } = record()
      const { kernel, system, cell } = set({ work, mailbox: { capacity: 2, overflow } })
      for (const x of [1, 2, 3, 4]) cell.tell(x)
      await kernel.settle()
      expect(seen).toEqual(kept)
      expect(system.deadLetters.list({ reason: 'shed' }).map((letter) => letter.body)).toEqual(lost)
      expect(system.ledger()).toMatchObject({ accepted: 4, deadLettered: { shed: 2 }, balanced: true })
    })

    test('drop-oldest sheds the least urgent', async () => {
      const { seen, work } = record()
      const { kernel, cell } = set({ work, mailbox: { capacity: 2, overflow: 'drop-oldest' } })
      cell.tell(1, { priority: 3 })
      cell.tell(2)
      cell.tell(3)
      await kernel.settle()
      expect(seen).toEqual([1, 3])
    })

    test('what waits past its deadline has expired, unseen', async () => {
      const { seen, work } = record()
      const { kernel, system, cell } = set({
        work: (x) =>
          x === 0 ? new Promise((resolve) => kernel.timers.after(30, () => resolve(0), 0)) : work(x),
      })
      cell.tell(0)
      const late = settled(cell.ask(1, { timeout: 20 }))
      cell.tell(2, { timeout: 20 })
      cell.tell(3, { timeout: 40 })
      await kernel.advance(50)
      expect(await late).toBe('ask-timeout')
      expect(seen).toEqual([3])
      expect(system.ledger()).toMatchObject({ accepted: 4, deadLettered: { expired: 2 }, balanced: true })
    })

    test.each([
      ['at their timeouts', 'ask-timeout'],
      ['by their signals', 'cancelled'],
    ])(
      'callers that have left %s leave no messages behind, however long the one at work takes [G50]',
      async (_how, code) => {
        const { seen, work } = record()
        let done = (_: number): void => {}
        const { kernel, system, cell } = set({
          mailbox: { capacity: 1, overflow: 'backpressure' },
          work: (x) =>
            x === 0
              ? new Promise((resolve) => {
                  done = resolve
                })
              : work(x),
        })
        cell.tell(0)
        await kernel.settle()
        const callers = Array.from({ length: 100 }, () => new AbortController())
        const timeout = code === 'cancelled' ? '1h' : 20
        const left = callers.map(({ signal }, i) => settled(cell.ask(i + 1, { timeout, signal })))
        await kernel.settle()
        if (code === 'cancelled') for (const caller of callers) caller.abort()
        else await kernel.advance(30)
        expect(new Set(await Promise.all(left))).toEqual(new Set([code]))
        expect(cell.load).toBeLessThan(4)
        done(0)
        await kernel.settle()
        expect(seen).toEqual([])
        expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
      },
    )

    test('a message between two attempts takes room', async () => {
      const { kernel, system, cell } = set({
        work: () => Promise.reject(new Error('no')),
        attempts: 2,
        backoff: 1000,
        mailbox: { capacity: 1 },
      })
      cell.tell(1)
      await kernel.settle()
      expect(() => cell.tell(2)).toThrow(MailboxFullError)
      await kernel.advance(3000)
      expect(system.ledger()).toMatchObject({ accepted: 1, deadLettered: { failed: 1 }, balanced: true })
    })
  })

  describe(`the attempts of ${kind}`, () => {
    test('a failed one is followed by the next, up to their number', async () => {
      const attempts: number[] = []
      const { kernel, system, cell } = set({
        attempts: 3,
        work: (x, attempt) => {
          attempts.push(attempt)
          if (attempt < 3) throw new Error(`no ${attempt}`)
          return x
        },
      })
      const answer = settled(cell.ask(1))
      await kernel.settle()
      expect(await answer).toBe(1)
      expect(attempts).toEqual([1, 2, 3])
      expect(system.ledger()).toMatchObject({ answered: 1, retried: 2, balanced: true })
    })

    test('after the last one the asker hears of the cause', async () => {
      const { kernel, system, cell } = set({
        attempts: 2,
        work: () => {
          throw new RangeError('too far')
        },
      })
      const error = cell.ask(1).catch((rejected: unknown) => rejected)
      await kernel.settle()
      expect(await error).toMatchObject({ code: 'handler-failed', cause: { message: 'too far' } })
      expect(system.ledger()).toMatchObject({ deadLettered: { failed: 1 }, retried: 1, balanced: true })
    })

    test('one that could only begin after the deadline is not waited for', async () => {
      const { kernel, system, cell } = set({
        attempts: 2,
        backoff: 1000,
        work: () => {
          throw new Error('no')
        },
      })
      cell.tell(1, { timeout: 100 })
      await kernel.settle()
      expect(system.ledger()).toMatchObject({ inFlight: 0, deadLettered: { expired: 1 }, balanced: true })
    })

    test('one beyond its timeout has failed, and its late result is discarded', async () => {
      let first: (x: number) => void = () => undefined
      const { kernel, system, cell } = set({
        attempts: 2,
        timeout: 100,
        work: (x, attempt) =>
          attempt === 1
            ? new Promise<number>((resolve) => {
                first = resolve
              })
            : x * 10,
      })
      const answer = settled(cell.ask(1))
      await kernel.advance(150)
      first(-1)
      await kernel.settle()
      expect(await answer).toBe(10)
      expect(system.ledger()).toMatchObject({ answered: 1, retried: 1, balanced: true })
    })

    test('a kill fails the one in progress, and what waits lives on', async () => {
      let hang = true
      const { seen, work } = record()
      const { kernel, system, cell } = set({
        attempts: 1,
        work: (x) => (hang ? never() : work(x)),
      })
      cell.tell(1)
      cell.tell(2)
      await kernel.settle()
      hang = false
      cell.kill('test')
      // A supervisor may take its time before it starts the next instance.
      await kernel.advance(1000)
      expect(seen).toEqual([2])
      expect(system.ledger()).toMatchObject({ accepted: 2, deadLettered: { failed: 1 }, balanced: true })
    })
  })

  describe(`the dead letters of ${kind}`, () => {
    test('one says whose it was, what it held and why it was lost', async () => {
      const { kernel, system, cell } = set({
        attempts: 2,
        work: () => {
          throw new Error('no')
        },
      })
      cell.tell(7)
      await kernel.settle()
      const [letter] = system.deadLetters.list()
      expect(letter).toMatchObject({
        recipient: cell.path,
        body: 7,
        reason: 'failed',
        attempt: 2,
        replays: 0,
      })
      expect(letter?.errors.map((link) => link.message)).toContain('no')
    })

    test('one that is replayed is handled, with all its attempts, and leaves the store', async () => {
      const { seen, work } = record()
      let broken = true
      const { kernel, system, cell } = set({
        attempts: 1,
        work: (x) => {
          if (broken) throw new Error('no')
          return work(x)
        },
      })
      cell.tell(1)
      expect(await Promise.all([settled(cell.ask(2)), kernel.settle()])).toMatchObject([
        'handler-failed',
        undefined,
      ])
      broken = false
      expect(system.deadLetters.replay()).toEqual({ replayed: 2, refused: [] })
      await kernel.settle()
      expect(seen).toEqual([1, 2])
      expect(system.deadLetters.size).toBe(0)
      expect(system.ledger()).toMatchObject({ accepted: 4, inFlight: 0, balanced: true })
    })

    test('one that fails each time is not replayed without end', async () => {
      const { kernel, system, cell } = set({
        attempts: 1,
        work: () => {
          throw new Error('no')
        },
      })
      cell.tell(1)
      for (let round = 0; round < 3; round++) {
        await kernel.settle()
        expect(system.deadLetters.replay()).toMatchObject({ replayed: 1, refused: [] })
      }
      await kernel.settle()
      expect(system.deadLetters.list()).toMatchObject([{ replays: 3, body: 1 }])
      expect(system.deadLetters.replay()).toMatchObject({
        replayed: 0,
        refused: [{ error: { code: 'not-replayable' } }],
      })
    })

    test('one stays where its recipient takes it no more', async () => {
      const { kernel, system, cell } = set({
        attempts: 1,
        work: () => {
          throw new Error('no')
        },
      })
      cell.tell(1)
      await kernel.settle()
      await Promise.all([cell.stop(), kernel.settle()])
      expect(system.deadLetters.replay()).toMatchObject({
        replayed: 0,
        refused: [{ error: { code: 'actor-stopped' } }],
      })
      expect(system.deadLetters.size).toBe(1)
      expect(system.ledger()).toMatchObject({ accepted: 1, balanced: true })
    })

    test('what waits at a stop is one', async () => {
      const { kernel, system, cell } = set({ work: never })
      for (const x of [1, 2, 3]) cell.tell(x)
      await kernel.settle()
      const stopping = system.stop({ drain: 0 })
      await kernel.settle()
      await stopping
      expect(system.deadLetters.list().map((letter) => letter.body)).toEqual([1, 2, 3])
      expect(system.ledger()).toMatchObject({ accepted: 3, inFlight: 0, balanced: true })
    })
  })
}
