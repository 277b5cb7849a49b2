import { expect, test } from 'vitest'
import { z } from 'zod'
import { createSystem, defineProcessor, MemoryStore, pipeline } from '../../src/index.ts'
import { decodeMessage, encodeMessage } from '../../src/message/codec.ts'
import type { Header } from '../../src/message/header.ts'
import type { StoreWrite } from '../../src/ports/store.ts'
import { createMetrics } from '../../src/serve/index.ts'
import { until } from '../../src/testkit/until.ts'

const approve = defineProcessor({
  name: 'approve',
  input: z.number(),
  output: z.number(),
  process: async (price, ctx) => {
    const ok = await ctx.human({ question: `Ship for ${price}?`, answer: z.boolean() })
    return ok ? price : 0
  },
})

/** Shows what was committed last. */
class OpenStore extends MemoryStore {
  readonly latest = new Map<string, Uint8Array>()

  override async commit(batch: readonly StoreWrite[]): Promise<void> {
    await super.commit(batch)
    for (const { key, value } of batch) this.latest.set(key, value ?? new Uint8Array())
  }
}

async function life(store: MemoryStore) {
  const system = createSystem({ log: false })
  const metrics = createMetrics(system)
  const unread: unknown[] = []
  system.events.subscribe((event) => {
    if (event.type === 'unread') unread.push([event.path, event.record, event.key, event.errors[0]?.code])
  })
  const running = await system.run(pipeline('shop', z.number(), { timeout: '1h' }).to(approve))
  const orders = await running.durable(store)
  return { metrics, running, orders, unread, die: () => system.stop({ drain: 0 }) }
}

/** Three runs wait for people, with their records, and a fourth has ended. */
async function waiting(store: OpenStore): Promise<void> {
  const first = await life(store)
  for (const n of [1, 2, 3]) first.orders.ask(`order ${n}`, n).catch(() => {})
  const ended = first.orders.ask('order 4', 4)
  await until(() => first.running.pending().length === 4)
  const fourth = first.running.pending().find(({ question }) => question.includes('4'))
  await first.running.answer(fourth?.id as string, true)
  expect(await ended).toBe(4)
  await until(() => [1, 2, 3].every((n) => bodyOf(store.latest.get(`shop/order ${n}`)).frame !== undefined))
  await first.die()
}

interface Body {
  frame?: Uint8Array
}

function bodyOf(bytes: Uint8Array | undefined): Body {
  return decodeMessage(bytes as Uint8Array).body as Body
}

/** The record as a release would write it that knows other things. */
function rewritten(bytes: Uint8Array, header: object, change: (body: Body) => unknown): Uint8Array {
  const found = decodeMessage(bytes)
  return encodeMessage({
    header: { ...found.header, ...header } as Header,
    body: change(found.body as Body),
    trailer: { hops: [] },
  })
}

const same = (body: Body): Body => body
const damages: readonly [string, (bytes: Uint8Array) => Uint8Array, string][] = [
  [
    'damaged',
    (bytes) => bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)),
    'checkpoint-damaged',
  ],
  ['cut', (bytes) => bytes.subarray(0, 20), 'checkpoint-damaged'],
  ['empty', () => new Uint8Array(), 'checkpoint-damaged'],
  ['another thing', (bytes) => rewritten(bytes, { type: 'state' }, same), 'checkpoint-damaged'],
  ['of a later release', (bytes) => rewritten(bytes, { version: 2 }, same), 'checkpoint-version'],
  [
    'in a state that there is not',
    (bytes) => rewritten(bytes, {}, (body) => ({ ...body, state: 'paused' })),
    'checkpoint-damaged',
  ],
  [
    'without its input’s options',
    (bytes) => rewritten(bytes, {}, () => ({ state: 'open' })),
    'checkpoint-damaged',
  ],
  [
    'with a damaged frame',
    (bytes) => rewritten(bytes, {}, (body) => ({ ...body, frame: (body.frame as Uint8Array).subarray(9) })),
    'checkpoint-damaged',
  ],
]

test.each(damages)(
  '[G213] one run whose record is %s keeps no other from going on, and stays',
  async (_what, damage, code) => {
    const store = new OpenStore()
    await waiting(store)
    const key = 'shop/order 2'
    const damaged = damage((await store.get(key)) as Uint8Array)
    await store.commit([{ key, value: damaged }])

    const { metrics, running, orders, unread, die } = await life(store)
    await until(() => running.pending().length === 2 && unread.length === 1)
    expect(unread).toEqual([['ganglion/shop', 'run', 'order 2', code]])
    expect(await metrics.text()).toContain('ganglion_unread_records_total{record="run"} 1\n')
    expect(orders.unread()).toEqual([{ key: 'order 2', error: expect.objectContaining({ code }) }])
    expect(orders.unread()[0]?.error.message).not.toBe('')
    await expect(orders.outcome('order 2')).rejects.toMatchObject({ code })
    await expect(orders.ask('order 2', 9)).rejects.toMatchObject({ code })
    for (const { id } of running.pending()) await running.answer(id, true)
    expect(await Promise.all([1, 3, 4].map((n) => orders.outcome(`order ${n}`)))).toEqual([1, 3, 4])
    await die()

    // It stays for a release that reads it: only who runs it may have been written.
    const left = (await store.get(key)) as Uint8Array
    if (code === 'checkpoint-damaged' && _what === 'with a damaged frame')
      expect(bodyOf(left).frame).toEqual(bodyOf(damaged).frame)
    else expect(left).toEqual(damaged)
  },
)

test('[G213] the record of an ended run that can not be read takes no other’s place', async () => {
  const store = new OpenStore()
  await waiting(store)
  await store.commit([{ key: 'shop/order 4', value: new Uint8Array(3) }])
  const { running, orders, die } = await life(store)
  expect(orders.unread().map(({ key }) => key)).toEqual(['order 4'])
  await until(() => running.pending().length === 3)
  // Once it is gone from the store its key is free.
  await store.commit([{ key: 'shop/order 4', value: undefined }])
  const anew = orders.ask('order 4', 44)
  await until(() => running.pending().length === 4)
  const question = running.pending().find(({ question }) => question.includes('44'))
  await running.answer(question?.id as string, true)
  expect(await anew).toBe(44)
  await die()
})

const WRONG: readonly [string, unknown][] = [
  ['tenant', 5],
  ['tenant', {}],
  ['priority', Number.NaN],
  ['priority', 8],
  ['priority', -1.5],
  ['priority', '1'],
  ['orderKey', 5],
  ['trace', 'nothing'],
  ['trace', 5],
  ['timeout', -1],
  ['timeout', Number.NaN],
  ['timeout', 'soon'],
  ['timeout', null],
  ['signal', AbortSignal.timeout(1)],
  ['idempotencyKey', 'k'],
]

test.each(WRONG)(
  'a durable ask refuses %s: %s, also where the key is known, and writes nothing',
  async (name, value) => {
    const store = new MemoryStore()
    const system = createSystem({ log: false })
    const step = defineProcessor({ name: 'one', input: z.number(), output: z.number(), process: (n) => n })
    const orders = await (await system.run(pipeline('shop', z.number()).to(step))).durable(store)
    const wrong = { [name]: value } as never
    const refusal = { code: 'invalid-argument', path: expect.stringContaining(name) }
    await expect(orders.ask('k', 1, wrong)).rejects.toMatchObject(refusal)
    expect(await store.get('shop/k')).toBeUndefined()
    expect(await orders.ask('k', 1)).toBe(1)
    await expect(orders.ask('k', 1, wrong)).rejects.toMatchObject(refusal)
    await system.stop()
  },
)
