import { expect, test } from 'vitest'
import { z } from 'zod'
import { type ActorRef, defineActor, defineProcessor, type LedgerSnapshot } from '../../src/index.ts'
import { SeededRandomness } from '../../src/kernel/random.ts'
import { createTestSystem } from '../../src/testkit/index.ts'

/** About ten seconds; `GANGLION_HISTORIES` changes it. */
const HISTORIES = Number(process.env.GANGLION_HISTORIES ?? 10_000)
const OPERATIONS = 40
const KINDS = [
  'plain',
  'stash',
  'unstash',
  'reply',
  'throw',
  'wait',
  'stashWait',
  'replyWait',
  'suicide',
  'late',
] as const
type Kind = (typeof KINDS)[number]
const OVERFLOWS = ['reject', 'backpressure', 'drop-oldest', 'drop-newest'] as const

const pick = <T>(from: readonly T[], at: number): T => from[at % from.length] as T

const ignore = (): void => undefined

/** One random life of one actor; returns what its ledger says at the end. */
async function lifeOfActor(seed: number): Promise<LedgerSnapshot> {
  const random = new SeededRandomness(seed).stream('history')
  const system = createTestSystem({ seed, serializeMessages: random.integer(2) === 0 })
  const waiting: (() => void)[] = []
  const wait = () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve)
    })
  const Actor = defineActor({
    name: 'actor',
    retry: { attempts: 1 + random.integer(3), backoff: pick([0, 5], random.integer(2)) },
    mailbox: { capacity: 1 + random.integer(6), overflow: pick(OVERFLOWS, random.integer(4)) },
    timeout: pick(['1m', 20], random.integer(2)),
    reentrant: random.integer(4) === 0,
    on: {
      async go(ctx, kind: Kind): Promise<unknown> {
        switch (kind) {
          case 'plain':
            return 'done'
          case 'stash':
            return ctx.stash()
          case 'unstash':
            return ctx.unstash()
          case 'reply':
            return ctx.reply('early')
          case 'throw':
            throw new Error('thrown')
          case 'wait':
            return wait()
          case 'stashWait':
            ctx.stash()
            return wait()
          case 'replyWait':
            ctx.reply('early')
            return wait()
          case 'late':
            void wait()
              .then(() => ctx.reply('late'))
              .catch(() => undefined)
            return 'done'
          case 'suicide':
            return (ctx.self as ActorRef<unknown>).kill('by itself')
        }
      },
    },
  })
  const ref = system.spawn(Actor)
  for (let i = 0; i < OPERATIONS; i++) {
    const kind = pick(KINDS, random.integer(KINDS.length))
    const controller = new AbortController()
    switch (random.integer(9)) {
      case 0:
      case 1:
        try {
          ref.tell('go', kind)
        } catch {}
        break
      case 2:
        ref.ask('go', kind, { timeout: 30 }).catch(ignore)
        break
      case 3:
        ref.ask('go', kind, { signal: controller.signal }).catch(ignore)
        if (random.integer(2) === 0) await system.advance(1)
        controller.abort()
        break
      case 4:
        ref.offer('go', kind, { timeout: 10 }).catch(ignore)
        break
      case 5:
        ref.kill('from outside')
        break
      case 6:
        if (random.integer(2) === 0) ref.suspend()
        else ref.resume()
        break
      case 7:
        waiting.shift()?.()
        break
      default:
        await system.advance(random.integer(20))
    }
  }
  if (random.integer(2) === 0) ref.resume()
  for (const done of waiting) done()
  await system.until(system.stop({ drain: 100 }))
  return system.ledger()
}

/** The same of a processor on its own. */
async function lifeOfProcessor(seed: number): Promise<LedgerSnapshot> {
  const random = new SeededRandomness(seed).stream('history')
  const system = createTestSystem({ seed, serializeMessages: random.integer(2) === 0 })
  const waiting: (() => void)[] = []
  const kinds = ['plain', 'throw', 'once', 'wait', 'waitThrow'] as const
  const Step = defineProcessor({
    name: 'step',
    input: z.enum(kinds),
    output: z.string(),
    retry: { attempts: 1 + random.integer(3), backoff: pick([0, 5], random.integer(2)) },
    mailbox: { capacity: 1 + random.integer(6), overflow: pick(OVERFLOWS, random.integer(4)) },
    timeout: pick(['1m', 20], random.integer(2)),
    concurrency: 1 + random.integer(3),
    async process(kind, ctx) {
      if (kind.startsWith('wait'))
        await new Promise<void>((resolve) => {
          waiting.push(resolve)
        })
      if (kind === 'throw' || kind === 'waitThrow' || (kind === 'once' && ctx.attempt === 1))
        throw new Error('thrown')
      return kind
    },
  })
  const ref = system.spawn(Step)
  for (let i = 0; i < OPERATIONS; i++) {
    const kind = pick(kinds, random.integer(kinds.length))
    const orderKey = `k${random.integer(3)}`
    const controller = new AbortController()
    switch (random.integer(8)) {
      case 0:
      case 1:
        try {
          ref.tell(kind, { orderKey, priority: random.integer(3) })
        } catch {}
        break
      case 2:
      case 3:
        ref.ask(kind, { orderKey, timeout: 5 + random.integer(30) }).catch(ignore)
        break
      case 4:
        ref.ask(kind, { signal: controller.signal }).catch(ignore)
        if (random.integer(2) === 0) await system.advance(1)
        controller.abort()
        break
      case 5:
        ref.kill('from outside')
        break
      case 6:
        waiting.shift()?.()
        break
      default:
        await system.advance(random.integer(20))
    }
  }
  for (const done of waiting) done()
  await system.until(system.stop({ drain: 100 }))
  return system.ledger()
}

test.each([
  ['an actor', lifeOfActor, ['cancelled', 'expired', 'failed', 'late', 'shed', 'stopped']],
  ['a processor', lifeOfProcessor, ['cancelled', 'expired', 'failed', 'shed', 'stopped']],
] as const)(
  'the ledger of %s balances over random histories of kills, stashes, replies, aborts, retries and suspensions [G19]',
  async (_what, life, ends) => {
    const wrong: number[] = []
    const lost = new Set<string>()
    for (let seed = 1; seed <= HISTORIES; seed++) {
      const { balanced, inFlight, deadLettered } = await life(seed)
      if (!balanced || inFlight !== 0) wrong.push(seed)
      for (const reason of Object.keys(deadLettered)) lost.add(reason)
    }
    expect(wrong).toEqual([])
    // The histories come to every kind of end.
    expect([...lost].sort()).toEqual(expect.arrayContaining([...ends]))
  },
  600_000,
)
