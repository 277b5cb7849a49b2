import { expect, test } from 'vitest'
import { type ActorRef, defineActor } from '../../src/index.ts'
import { SeededRandomness } from '../../src/kernel/random.ts'
import { createTestSystem } from '../../src/testkit/index.ts'

/** So many by default; `GANGLION_HISTORIES=10000` for the long run. */
const HISTORIES = Number(process.env.GANGLION_HISTORIES ?? 300)
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

/** One random life of one actor; returns what its ledger says at the end. */
async function history(seed: number): Promise<{ balanced: boolean; inFlight: number }> {
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
  const ignore = (): void => undefined
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

test('the ledger balances over random histories of kills, stashes, replies, aborts, retries and suspensions [G19]', async () => {
  const wrong: number[] = []
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const { balanced, inFlight } = await history(seed)
    if (!balanced || inFlight !== 0) wrong.push(seed)
  }
  expect(wrong).toEqual([])
}, 600_000)
