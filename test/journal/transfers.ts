import { defineActor } from '../../src/behavior/define-actor.ts'
import type { ActorSystem } from '../../src/system/actor-system.ts'

/** What an actor has seen of numbered transfers: one that is missing or doubled changes it. */
export interface Seen {
  count: number
  sum: number
  squares: number
}

export const nothing = (): Seen => ({ count: 0, sum: 0, squares: 0 })

export function see(seen: Seen, id: number): void {
  seen.count += 1
  seen.sum += id
  seen.squares += id * id
}

/** The transfers whose handler always fails. */
export const isBad = (id: number): boolean => id % 37 === 5

const ACCOUNTS = 3

/** What each actor must have seen once every transfer from 1 to `last` has ended. */
export function expected(last: number, bad = true): Record<string, Seen> {
  const names = ['teller', 'book', ...Array.from({ length: ACCOUNTS }, (_, i) => `account-${i}`)]
  const all = Object.fromEntries(names.map((name) => [name, nothing()])) as Record<string, Seen>
  for (let id = 1; id <= last; id++) {
    if (bad && isBad(id)) continue
    for (const name of ['teller', 'book', `account-${id % ACCOUNTS}`]) see(all[name] as Seen, id)
  }
  return all
}

export interface Bank {
  /** Resolves once the transfer has ended and is durable, well or as a dead letter. */
  transfer(id: number): Promise<void>
  /** What each actor has seen, once it has handled all that it was sent. */
  seen(): Promise<Record<string, Seen>>
}

export interface BankOptions {
  /** An effect that no journal takes back. */
  readonly outside?: (key: string, id: number) => void
  /** Idempotency keys that the teller remembers. */
  readonly keys?: number
  readonly attempts?: number
  /** Of a transfer's ask. */
  readonly timeout?: string
  /** Whether some transfers always fail. */
  readonly bad?: boolean
}

/**
 * A teller takes numbered transfers, and sends each to an account and to a book.
 */
export function openBank(
  system: ActorSystem,
  { outside = () => {}, keys = 10_000, attempts = 1, timeout = '5s', bad = true }: BankOptions = {},
): Bank {
  const Account = defineActor({
    name: 'account',
    durable: true,
    mailbox: { capacity: 100_000 },
    retry: { attempts },
    state: nothing,
    on: {
      take(ctx, id: number) {
        outside(ctx.idempotencyKey as string, id)
        see(ctx.state, id)
      },
      seen: (ctx) => ctx.state,
    },
  })
  const Book = defineActor({
    name: 'book',
    durable: { events: { noted: (state: Seen, id: number) => see(state, id) }, snapshotEvery: 7 },
    mailbox: { capacity: 100_000 },
    retry: { attempts },
    state: nothing,
    on: {
      note: (ctx, id: number) => ctx.persist('noted', id),
      seen: (ctx) => ctx.state,
    },
  })
  const accounts = Array.from({ length: ACCOUNTS }, (_, i) => system.spawn(Account, { name: `account-${i}` }))
  const book = system.spawn(Book)
  const Teller = defineActor({
    name: 'teller',
    durable: { dedupe: { count: keys } },
    supervision: { intensity: { restarts: 1_000_000, within: '1s' } },
    state: nothing,
    on: {
      async transfer(ctx, id: number) {
        see(ctx.state, id)
        ctx.tell(accounts[id % ACCOUNTS] as (typeof accounts)[0], 'take', id)
        if (id % 5 === 0) await undefined
        if (bad && isBad(id)) throw new RangeError(`transfer ${id} is bad`)
        ctx.tell(book, 'note', id)
      },
      seen: (ctx) => ctx.state,
    },
  })
  const teller = system.spawn(Teller)
  const refused = (id: number, error: unknown): void => {
    if (!bad || !isBad(id) || (error as { code?: unknown }).code !== 'handler-failed') throw error
  }
  return {
    transfer: (id) =>
      teller
        .ask('transfer', id, { timeout, idempotencyKey: `transfer ${id}` })
        .catch((error) => refused(id, error)),
    async seen() {
      const all: [string, { ask(type: 'seen'): Promise<Seen> }][] = [
        ['teller', teller],
        ['book', book],
      ]
      for (const [i, account] of accounts.entries()) all.push([`account-${i}`, account])
      return Object.fromEntries(
        await Promise.all(all.map(async ([name, ref]) => [name, await ref.ask('seen')])),
      )
    },
  }
}
