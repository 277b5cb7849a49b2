import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type ActorSystem, createSystem, defineActor, defineProcessor } from '../../src/index.ts'
import {
  type MailboxUnderTest,
  type MakeMailbox,
  mailboxContract,
} from '../../src/testkit/contracts/index.ts'

type Parameters = globalThis.Parameters<MakeMailbox>
type Senders = Omit<MailboxUnderTest, 'stop'>

/** A recipient in its own system, whose ledger must balance in the end. */
const within =
  (start: (system: ActorSystem, ...given: Parameters) => Senders): MakeMailbox =>
  async (...given) => {
    const system = createSystem({ log: false })
    const stop = async () => {
      await system.stop()
      expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
    }
    return { ...start(system, ...given), stop }
  }

const actorOf = (...[mailbox, handle]: Parameters) =>
  defineActor({ name: 'actor', mailbox, on: { go: (_ctx, n: number): Promise<number> => handle(n) } })

describe.each([
  [
    'an actor',
    within((system, ...given) => {
      const ref = system.spawn(actorOf(...given))
      return { tell: (n) => ref.tell('go', n), ask: (n) => ref.ask('go', n) }
    }),
  ],
  [
    'a router',
    within((system, ...given) => {
      const ref = system.router(actorOf(...given), { replicas: 1 })
      return { tell: (n) => ref.tell('go', n), ask: (n) => ref.ask('go', n) }
    }),
  ],
  [
    'a processor',
    within((system, mailbox, process) => {
      const n = z.number()
      const ref = system.spawn(defineProcessor({ name: 'p', input: n, output: n, mailbox, process }))
      return { tell: (n) => ref.tell(n), ask: (n) => ref.ask(n) }
    }),
  ],
])('[G50] %s keeps the contract of mailboxes', (_kind, make) => {
  for (const { name, run } of mailboxContract(make)) test(name, run)
})
