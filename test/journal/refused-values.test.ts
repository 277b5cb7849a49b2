import { expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import { type Life, live } from './lives.ts'

const LONG = 'k'.repeat(70_000)
const HALF = 'half \ud83d'
const cut = `${LONG.slice(0, 80)}…`
const bytes = (length: number) => new Uint8Array(length)

const Ledger = defineActor({
  name: 'ledger',
  durable: {
    events: {
      added(state: { sum: number }, n: number) {
        state.sum += n
      },
    },
    snapshotEvery: 3,
  },
  state: () => ({ sum: 0 }),
  on: {
    add: (ctx, n: number) => ctx.persist('added', n),
    broken: (ctx) => ctx.persist('added', (() => 1) as never),
    unknown: (ctx) => ctx.persist('removed', 1),
    sum: (ctx) => ctx.state.sum,
  },
})

const Desk = defineActor({
  name: 'desk',
  durable: true,
  state: () => ({ n: 0, held: undefined as unknown }),
  on: {
    add: (ctx, _by?: unknown) => ++ctx.state.n,
    hold(ctx, make: string) {
      ctx.state.n = 99
      const held: Record<string, unknown> = {
        function: { rows: [1, { get: () => 1 }] },
        map: new Map([[1, 2]]),
        'half a character': HALF,
        'too much': bytes(65 * 2 ** 20),
      }
      ctx.state.held = held[make]
    },
    remind(ctx, key: string) {
      ctx.state.n = 99
      ctx.timers.durable(key, '1d', 'add')
    },
    'remind of': (ctx) => ctx.timers.durable('t', '1d', 'add', new WeakMap()),
    answer: () => () => 1,
    n: (ctx) => ctx.state.n,
  },
})

interface Refused {
  readonly what: string
  readonly call: (life: Life) => unknown
  readonly name: string
  readonly code: string
  readonly path: string
  /** Undefined: whatever was given. */
  readonly value?: unknown
  readonly remedy: RegExp
}

const long = {
  name: 'JournalError',
  code: 'journal-too-large',
  path: 'key',
  value: cut,
  remedy: /at most 65535 bytes/u,
}
const half = {
  name: 'StoreKeyError',
  code: 'store-key',
  path: 'key',
  value: HALF,
  remedy: /whole characters/u,
}
const named = { name: 'InvalidArgumentError', code: 'invalid-argument', remedy: /1 to \d+/u }
const plain = { name: 'NotSerializableError', code: 'not-serializable', remedy: /plain data/u }
const desk = ({ system }: Life) => system.entity(Desk, 'one')

const REFUSED: readonly Refused[] = [
  {
    ...long,
    what: 'a key that is too long',
    call: ({ journal }) => journal.store().commit([{ key: LONG, value: bytes(1) }]),
  },
  {
    ...half,
    what: 'a key that UTF-8 can not keep',
    call: ({ journal }) =>
      journal.store().commit([
        { key: 'a', value: bytes(1) },
        { key: HALF, value: bytes(1) },
      ]),
  },
  {
    ...half,
    what: 'an empty key',
    value: '',
    call: ({ journal }) => journal.store().commit([{ key: '', value: bytes(1) }]),
  },
  {
    ...long,
    what: 'a value that is too long',
    path: 'key',
    value: 2 ** 28 + 1,
    remedy: /into a file/u,
    call: ({ journal }) => journal.store().commit([{ key: 'key', value: bytes(2 ** 28 + 1) }]),
  },
  {
    ...named,
    what: 'the name of a store that is too long',
    path: 'name',
    value: LONG,
    call: ({ journal }) => journal.store(LONG),
  },
  {
    ...named,
    what: 'the name of a store that UTF-8 can not keep',
    path: 'name',
    value: HALF,
    call: ({ journal }) => journal.store(HALF),
  },
  {
    ...named,
    what: 'the name of an actor that is too long',
    path: 'name',
    value: LONG,
    call: ({ system }) => system.spawn(Desk, { name: LONG }),
  },
  {
    ...named,
    what: 'the name of an actor that UTF-8 can not keep',
    path: 'name',
    value: HALF,
    call: ({ system }) => system.spawn(Desk, { name: HALF }),
  },
  {
    ...named,
    what: 'the key of an entity that is too long',
    path: 'key',
    value: LONG,
    call: ({ system }) => system.entity(Desk, LONG),
  },
  {
    ...named,
    what: 'the key of an entity that UTF-8 can not keep',
    path: 'key',
    value: HALF,
    call: ({ system }) => system.entity(Desk, HALF),
  },
  {
    ...long,
    what: 'an idempotency key that is too long',
    call: (life) => desk(life).ask('add', undefined, { idempotencyKey: LONG }),
  },
  {
    ...plain,
    what: 'an idempotency key that UTF-8 can not keep',
    path: 'header.idempotencyKey',
    value: HALF,
    call: (life) => desk(life).ask('add', undefined, { idempotencyKey: HALF }),
  },
  { ...long, what: 'the key of a timer that is too long', call: (life) => desk(life).ask('remind', LONG) },
  {
    ...plain,
    what: 'the key of a timer that UTF-8 can not keep',
    path: 'body',
    value: HALF,
    call: (life) => desk(life).ask('remind', HALF),
  },
  {
    ...plain,
    what: 'the body of a timer that is no plain data',
    path: 'body',
    call: (life) => desk(life).ask('remind of'),
  },
  {
    ...plain,
    what: 'a body that is no plain data',
    path: 'body.at[1]',
    call: (life) => desk(life).offer('add', { at: [0, () => 1] } as never),
  },
  {
    ...plain,
    what: 'a state with a function',
    path: 'state.held.rows[1].get',
    call: (life) => desk(life).ask('hold', 'function'),
  },
  {
    ...plain,
    what: 'a state with a map',
    path: 'state.held',
    value: new Map([[1, 2]]),
    call: (life) => desk(life).ask('hold', 'map'),
  },
  {
    ...plain,
    what: 'a state with text that UTF-8 can not keep',
    path: 'state.held',
    value: HALF,
    call: (life) => desk(life).ask('hold', 'half a character'),
  },
  {
    ...plain,
    what: 'a state that is too large',
    path: 'state.held',
    call: (life) => desk(life).ask('hold', 'too much'),
  },
  {
    ...plain,
    what: 'a reply to a keyed ask that is no plain data',
    path: 'reply',
    call: (life) => desk(life).ask('answer', undefined, { idempotencyKey: 'k' }),
  },
  {
    ...plain,
    what: 'an event that is no plain data',
    path: 'body',
    call: ({ system }) => system.entity(Ledger, 'one').ask('broken'),
  },
  {
    name: 'JournalError',
    code: 'journal-state',
    what: 'an event without a function',
    path: 'ganglion/entities:ledger/one.state',
    value: 'removed',
    remedy: /Add it to durable\.events, which has added/u,
    call: ({ system }) => system.entity(Ledger, 'one').ask('unknown'),
  },
]

/** What refused it: a handler's error is told as the cause of the message's. */
async function refusal(call: () => unknown): Promise<unknown> {
  try {
    await call()
    return undefined
  } catch (error) {
    return (error as { code?: unknown }).code === 'handler-failed' ? (error as Error).cause : error
  }
}

for (const { what, call, name, code, path, remedy, ...given } of REFUSED) {
  test(`[G158] ${what} is refused by its path, and nothing of it is kept`, async () => {
    const disk = new MemoryDisk()
    const life = await live(disk)
    await desk(life).ask('add')
    await life.system.entity(Ledger, 'one').ask('add', 5)
    const keep = () => life.journal.figures().keys
    const before = keep()
    const error = await refusal(() => call(life))
    expect(error).toMatchObject({ name, code, path, remedy: expect.stringMatching(remedy) })
    if ('value' in given) expect((error as { value: unknown }).value).toEqual(given.value)
    expect(await desk(life).ask('n')).toBe(1)
    expect(await life.system.entity(Ledger, 'one').ask('sum')).toBe(5)
    // A dead letter is kept with its reason: it is the only trace.
    const dead = life.system.deadLetters.size
    expect(keep()).toBe(before + dead)
    await life.end()
    const next = await live(disk)
    expect(await desk(next).ask('n')).toBe(1)
    expect(await next.system.entity(Ledger, 'one').ask('sum')).toBe(5)
    await next.end()
  })
}
