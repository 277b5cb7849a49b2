import assert from 'node:assert/strict'
import { platformKernel } from '../../kernel/platform-kernel.ts'
import { OVERFLOWS, type Overflow } from '../../mailbox/mailbox.ts'
import type { MailboxOptions } from '../../ports/host.ts'
import { type ContractCheck, checkOf, inTime } from './contract.ts'

/** Something that takes numbers through a bounded mailbox: an actor, a processor, or a recipient of your own. */
export interface MailboxUnderTest {
  /** Sends a number without waiting. Throws `mailbox-full`, or the error of another refusal. */
  tell(n: number): void
  /** Sends a number and waits for the handler's result. */
  ask(n: number): Promise<number>
  /** Ends it. */
  stop(): Promise<unknown>
}

/**
 * Starts a recipient with these bounds, which runs `handle` for one message at a time.
 *
 * @param options as an author would write them; values out of range must be refused.
 */
export type MakeMailbox = (
  options: MailboxOptions,
  handle: (n: number) => Promise<number>,
) => Promise<MailboxUnderTest>

/** With one message in the handler and room for one more: how four asks end, and which of them are handled. */
const OUTCOMES: Readonly<Record<Overflow, readonly [asks: readonly unknown[], handled: readonly number[]]>> =
  {
    reject: [
      [0, 1, 'mailbox-full', 'mailbox-full'],
      [0, 1],
    ],
    backpressure: [
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ],
    'drop-oldest': [
      [0, 'message-lost', 'message-lost', 3],
      [0, 3],
    ],
    'drop-newest': [
      [0, 1, 'message-lost', 'message-lost'],
      [0, 1],
    ],
  }

/** A handler that holds its messages until it is released. */
class Gate {
  readonly handled: number[] = []
  open: () => void = () => {}
  readonly #opened: Promise<void>
  #waiter: { readonly count: number; readonly resolve: () => void } | undefined = undefined

  constructor() {
    this.#opened = new Promise((resolve) => {
      this.open = resolve
    })
  }

  /** Resolves once this many messages have reached their handler. */
  reached(count: number): Promise<void> {
    const come = new Promise<void>((resolve) => {
      this.#waiter = { count, resolve }
      this.#look()
    })
    return inTime(() => `the handler got ${this.handled.length} of ${count} messages`, come)
  }

  readonly handle = async (n: number): Promise<number> => {
    this.handled.push(n)
    this.#look()
    await this.#opened
    return n
  }

  #look(): void {
    if (this.#waiter !== undefined && this.handled.length >= this.#waiter.count) this.#waiter.resolve()
  }
}

/** A number, or the code of the error received instead. */
const outcomeOf = (result: PromiseSettledResult<unknown>): unknown =>
  result.status === 'fulfilled' ? result.value : (result.reason as { code?: unknown }).code

/** Lets everything continue that only waits for a turn of the event loop. */
const turn = () =>
  new Promise<void>((resolve) => platformKernel().timers.after(1, () => resolve(), undefined, true))

/**
 * What every bounded mailbox must do: one rule for all kinds of recipients.
 *
 * @param make starts a recipient; each check stops its own.
 */
export function mailboxContract(make: MakeMailbox): readonly ContractCheck[] {
  return [
    ...OVERFLOWS.map((overflow) => overflowCheck(make, overflow)),
    fullCheck(make),
    ...[{ capacity: 0 }, { capacity: -1 }, { capacity: 1.5 }, { overflow: 'no-such' }].map((options) => ({
      name: `bounds of ${JSON.stringify(options)} are refused by name`,
      run: async () => {
        const [bound = ''] = Object.keys(options)
        await assert.rejects(
          async () => make(options as MailboxOptions, async (n) => n),
          (error: { code?: unknown; path?: unknown }) =>
            error.code === 'invalid-argument' && String(error.path).endsWith(bound),
        )
      },
    })),
  ]
}

/** A check of a recipient whose handler waits at a gate. */
function gated(
  make: MakeMailbox,
  name: string,
  options: MailboxOptions,
  look: (subject: MailboxUnderTest, gate: Gate) => Promise<void>,
): ContractCheck {
  return checkOf(
    name,
    async () => {
      const gate = new Gate()
      return { gate, subject: await make(options, gate.handle) }
    },
    async ({ subject, gate }) => {
      gate.open()
      await subject.stop()
    },
    ({ subject, gate }) => look(subject, gate),
  )
}

function overflowCheck(make: MakeMailbox, overflow: Overflow): ContractCheck {
  const [asks, handled] = OUTCOMES[overflow]
  const name = `with '${overflow}' four asks of a mailbox of one end as ${asks.join(', ')}`
  return gated(make, name, { capacity: 1, overflow }, async (subject, gate) => {
    const asked: Promise<unknown>[] = []
    for (const n of [0, 1, 2, 3]) {
      const reply = subject.ask(n)
      reply.catch(() => undefined)
      asked.push(reply)
      await (n === 0 ? gate.reached(1) : turn())
    }
    gate.open()
    const settled = await inTime(() => 'not every ask settled', Promise.allSettled(asked))
    assert.deepEqual(settled.map(outcomeOf), asks)
    assert.deepEqual(gate.handled, handled)
  })
}

function fullCheck(make: MakeMailbox): ContractCheck {
  const name =
    'a tell to a full mailbox throws mailbox-full and holds the message; the others are handled in order'
  return gated(make, name, { capacity: 2 }, async (subject, gate) => {
    subject.tell(0)
    await gate.reached(1)
    subject.tell(1)
    subject.tell(2)
    assert.throws(
      () => subject.tell(3),
      (error: { code?: unknown }) => error.code === 'mailbox-full' && 'undelivered' in error,
    )
    gate.open()
    await gate.reached(3)
    await turn()
    assert.deepEqual(gate.handled, [0, 1, 2])
  })
}
