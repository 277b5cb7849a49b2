import { expect, test } from 'vitest'
import type { ActorMailboxOptions } from '../../src/behavior/actor-spec.ts'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { MailboxFullError } from '../../src/mailbox/errors.ts'
import { createSystem } from '../../src/system/actor-system.ts'

function recorder(mailbox: ActorMailboxOptions) {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  const seen: unknown[] = []
  const Recorder = defineActor({
    name: 'recorder',
    mailbox,
    on: {
      see(_ctx, what: unknown) {
        seen.push(what)
      },
      wait: () => new Promise<void>(() => {}),
    },
  })
  return { kernel, system, seen, ref: system.spawn(Recorder, { name: 'recorder' }) }
}

test('reject: the sender gets its message back, and nothing is accepted [G9]', async () => {
  const { kernel, system, seen, ref } = recorder({ capacity: 2 })
  ref.tell('see', 1)
  ref.tell('see', 2)
  try {
    ref.tell('see', 3)
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(MailboxFullError)
    expect(error).toMatchObject({
      code: 'mailbox-full',
      path: 'ganglion/recorder.mailbox.capacity',
      value: 2,
      undelivered: { type: 'see', body: 3 },
    })
  }
  await expect(ref.offer('see', 4)).rejects.toBeInstanceOf(MailboxFullError)
  await kernel.settle()
  expect(seen).toEqual([1, 2])
  expect(system.ledger()).toMatchObject({ accepted: 2, handled: 2, balanced: true })
})

test.each([
  ['drop-oldest', [3, 4], [1, 2]],
  ['drop-newest', [1, 2], [3, 4]],
] as const)('%s sheds, and each shed is a dead letter', async (overflow, kept, shed) => {
  const { kernel, system, seen, ref } = recorder({ capacity: 2, overflow })
  for (const n of [1, 2, 3, 4]) ref.tell('see', n)
  expect(system.ledger()).toMatchObject({
    accepted: 4,
    inFlight: 2,
    deadLettered: { shed: 2 },
    balanced: true,
  })
  await kernel.settle()
  expect(seen).toEqual(kept)
  expect(system.deadLetters.list({ reason: 'shed' }).map((letter) => letter.body)).toEqual(shed)
})

test('backpressure: offers and asks wait for room, tells do not [G9]', async () => {
  const { kernel, system, seen, ref } = recorder({ capacity: 1, overflow: 'backpressure' })
  ref.tell('see', 1)
  expect(() => ref.tell('see', 2)).toThrow(MailboxFullError)
  const order: string[] = []
  void ref.offer('see', 3).then(() => order.push('offer'))
  void ref.ask('see', 4).then(() => order.push('ask'))
  const late = ref.offer('see', 5, { timeout: '1ms' })
  const gone = new AbortController()
  const aborted = ref.offer('see', 6, { signal: gone.signal }).catch((error: unknown) => error)
  gone.abort()
  await kernel.settle()
  await late
  expect(seen).toEqual([1, 3, 4, 5])
  expect(order).toEqual(['offer', 'ask'])
  expect(await aborted).toMatchObject({ code: 'cancelled' })
  expect(system.ledger()).toMatchObject({ accepted: 4, inFlight: 0, balanced: true })
})

test('an offer that never finds room ends with its timeout, or with the actor [G10]', async () => {
  const { kernel, ref } = recorder({ capacity: 1, overflow: 'backpressure' })
  ref.tell('wait')
  await kernel.settle()
  ref.tell('see', 1)
  const late = ref.offer('see', 2, { timeout: '50ms' }).catch((error: unknown) => error)
  const never = ref.offer('see', 3).catch((error: unknown) => error)
  await kernel.advance(60)
  expect(await late).toMatchObject({ code: 'expired' })
  void ref.stop()
  await kernel.advance(6000)
  expect(await never).toMatchObject({ code: 'actor-stopped', undelivered: { type: 'see', body: 3 } })
})

test('bounded by bytes, as the actor measures them [G9]', async () => {
  const { kernel, seen, ref } = recorder({ bytes: 10, sizeOf: (body) => String(body).length })
  ref.tell('see', 'sixsix')
  expect(() => ref.tell('see', 'fives')).toThrow(MailboxFullError)
  ref.tell('see', 'four')
  await kernel.settle()
  ref.tell('see', 'larger than all the bytes')
  await kernel.settle()
  expect(seen).toEqual(['sixsix', 'four', 'larger than all the bytes'])
  expect(() => defineActor({ name: 'x', mailbox: { bytes: 10 } })).toThrow(
    expect.objectContaining({ path: 'x.mailbox.sizeOf' }) as Error,
  )
})

test('urgent messages go first, messages past their time do not go at all [G5]', async () => {
  const { kernel, system, seen, ref } = recorder({ ttl: '100ms' })
  ref.suspend()
  ref.tell('see', 'a')
  ref.tell('see', 'short', { timeout: '10ms' })
  ref.tell('see', 'low', { priority: -1 })
  ref.tell('see', 'high', { priority: 1 })
  expect(ref.state).toBe('suspended')
  await kernel.advance(50)
  expect(ref.load).toBe(4)
  ref.resume()
  await kernel.settle()
  expect(seen).toEqual(['high', 'a', 'low'])
  ref.suspend()
  ref.tell('see', 'too old')
  await kernel.advance(101)
  ref.resume()
  await kernel.settle()
  expect(seen).toHaveLength(3)
  expect(system.deadLetters.list().map((letter) => [letter.body, letter.reason])).toEqual([
    ['short', 'expired'],
    ['too old', 'expired'],
  ])
})

test('with serializeMessages what arrives is a copy, and what can not leave the thread is refused at the sender [G3]', async () => {
  await using system = createSystem({ serializeMessages: true })
  const seen: unknown[] = []
  const Seer = defineActor({
    name: 'seer',
    on: {
      see(_ctx, what: unknown) {
        seen.push(what)
      },
    },
  })
  const seer = system.spawn(Seer)
  const body = { vector: new Float32Array([0.1, 0.2]), text: 'ü' }
  await seer.ask('see', body)
  expect(seen[0]).toEqual(body)
  expect(seen[0]).not.toBe(body)
  expect(() => seer.tell('see', () => 1)).toThrow(
    expect.objectContaining({ code: 'not-serializable' }) as Error,
  )
  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  expect(() => seer.tell('see', cycle)).toThrow(
    expect.objectContaining({ code: 'not-serializable' }) as Error,
  )
  expect(system.ledger()).toMatchObject({ accepted: 1, balanced: true })
})
