import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { encodeRecord } from '../../src/journal/actor/frames.ts'
import { openJournal } from '../../src/journal/index.ts'
import { openLog } from '../../src/journal/open-journal.ts'
import type { LogPut } from '../../src/ports/log.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { command } from './journal-command.ts'

const folders: string[] = []
afterEach(async () => {
  for (const made of folders.splice(0)) await rm(made, { recursive: true, force: true })
})

let broken = true
const Worker = defineActor({
  name: 'worker',
  durable: { events: { did: (state: { done: number[] }, n: number) => void state.done.push(n) } },
  supervision: { intensity: { restarts: 1000, within: '1s' } },
  state: () => ({ done: [] as number[] }),
  on: {
    work(ctx, n: number) {
      if (broken && n < 0) throw new RangeError(`no ${n}`)
      ctx.persist('did', n)
      return ctx.state.done
    },
    set: (ctx, key: string) => ctx.timers.durable(key, '2d', 'work', 0),
    cancel: (ctx, key: string) => ctx.timers.cancel(key),
  },
})

/** A journal in which two actors each have a state, a timer, two keys and a dead letter. */
async function filled(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'ganglion-unread-'))
  folders.push(path)
  broken = true
  await using journal = await openJournal(path, { reserveBytes: 0 })
  await using system = createSystem({ journal, log: false })
  for (const name of ['one', 'two']) {
    const worker = system.spawn(Worker, { name })
    for (const n of [1, 2]) await worker.ask('work', n, { idempotencyKey: `key ${n}` })
    await worker.ask('work', -1).catch(() => undefined)
    for (const key of ['first', 'second']) await worker.ask('set', key)
  }
  return path
}

const garbage = Uint8Array.from(Buffer.from('what nobody has written'))
const later = (type: string): Uint8Array => encodeRecord(type, 2, { of: 'a later release' })
const shapeless = (type: string): Uint8Array => encodeRecord(type, 1, { of: 'another shape' })

/** Whoever writes there is a later release, or a program that went wrong: the log itself is sound. */
async function written(path: string, put: (first: string) => LogPut[]): Promise<void> {
  const { log, release } = await openLog(path, { bytesMax: Number.POSITIVE_INFINITY }, false)
  const [letter] = [...log.entries('dead-letters')]
  log.commit({ put: put(letter?.key ?? '') })
  await log.close()
  await release()
}

async function again(path: string) {
  broken = false
  const journal = await openJournal(path, { reserveBytes: 0 })
  const system = createSystem({ journal, log: false })
  const unread: unknown[] = []
  system.events.subscribe((event) => {
    if (event.type === 'unread') unread.push([event.path, event.record, event.key, event.errors[0]?.code])
  })
  const end = async (): Promise<void> => {
    await system.stop()
    await journal.close()
  }
  return { system, unread, end }
}

test.each([
  ['bytes that are none', () => garbage],
  ['a record of a later release', later],
  ['a record of another shape', shapeless],
  ['nothing at all', () => new Uint8Array()],
])(
  '[G213] %s in place of a timer and a key are named, and all others go on',
  async (_what, bytes) => {
    const path = await filled()
    await written(path, () => [
      { space: 'timers/ganglion/one', key: 'first', value: bytes('timer') },
      { space: 'keys/ganglion/one', key: 'key 1', value: bytes('key') },
    ])
    const { system, unread, end } = await again(path)
    const [one, two] = ['one', 'two'].map((name) => system.spawn(Worker, { name }))
    expect(await two?.ask('work', 9, { idempotencyKey: 'key 1' })).toEqual([1])
    // Whether it was handled is not known, so it is neither handled again nor answered.
    await expect(one?.ask('work', 9, { idempotencyKey: 'key 1' })).rejects.toMatchObject({
      code: 'journal-record',
      path: 'keys/ganglion/one/key 1',
    })
    expect(await one?.ask('work', 9, { idempotencyKey: 'key 2' })).toEqual([1, 2])
    expect(await one?.ask('work', 3, { idempotencyKey: 'key 3' })).toEqual([1, 2, 3])
    expect(unread).toEqual([
      ['ganglion/one', 'timer', 'first', 'journal-record'],
      ['ganglion/one', 'idempotency key', 'key 1', 'journal-record'],
    ])
    await end()
    // They are as they were.
    const verified = await command(['verify', path, '--json'])
    expect(verified).toMatchObject({
      code: 1,
      json: {
        error: {
          code: 'journal-record',
          value: expect.arrayContaining(
            [{ space: 'timers/ganglion/one' }].map((part) => expect.objectContaining(part)),
          ),
        },
      },
    })
    const inspected = await command(['inspect', path, '--json'])
    expect(inspected).toMatchObject({ code: 0, json: { timers: 4, nextTimer: expect.any(Number) } })
  },
  60_000,
)

test('[G213] a timer that can not be read is cancelled, or set again, under its key', async () => {
  const path = await filled()
  await written(path, () => [
    { space: 'timers/ganglion/one', key: 'first', value: garbage },
    { space: 'timers/ganglion/one', key: 'second', value: later('timer') },
  ])
  const { system, end } = await again(path)
  const one = system.spawn(Worker, { name: 'one' })
  expect(await one.ask('cancel', 'first')).toBe(true)
  expect(await one.ask('cancel', 'first')).toBe(false)
  await one.ask('set', 'second')
  await end()
  expect(await command(['verify', path, '--json'])).toMatchObject({ code: 0 })
  expect((await command(['inspect', path, '--json'])).json).toMatchObject({ timers: 3 })
}, 60_000)

test('[G213] a dead letter that can not be read is listed as that, stays when others are sent again, and can be deleted', async () => {
  const path = await filled()
  await written(path, (first) => [{ space: 'dead-letters', key: first, value: garbage }])
  expect((await command(['dead-letters', path, '--json'])).json).toEqual([
    { recipient: '', type: '', error: 'journal-record', letters: 1 },
    expect.objectContaining({ recipient: 'ganglion/two', letters: 1 }),
  ])
  expect((await command(['dead-letters', path])).stdout).toMatch(/\n +1 +\? +\? +journal-record +\?\n/u)
  expect((await command(['dead-letters', path, '--list', '--error', 'journal-record'])).stdout).toMatch(
    / {2}\? {2}/u,
  )
  expect((await command(['dead-letters', path, '--replay', '--json'])).json).toEqual({ letters: 1, left: 1 })
  expect(
    (await command(['dead-letters', path, '--delete', '--error', 'journal-record', '--json'])).json,
  ).toEqual({
    letters: 1,
    left: 0,
  })
  expect(await command(['verify', path])).toMatchObject({ code: 0 })
}, 60_000)

test.each([
  ['no state', () => ({ space: 'states', key: 'ganglion/one', value: garbage })],
  ['a state of another shape', () => ({ space: 'states', key: 'ganglion/one', value: shapeless('state') })],
  ['an event that is none', () => ({ space: 'events/ganglion/one', key: '000000000000001', value: garbage })],
  [
    'an event of no version',
    () => ({
      space: 'events/ganglion/one',
      key: '000000000000001',
      value: encodeRecord('did', -1, { n: 1 }),
    }),
  ],
  ['a lost event', () => ({ space: 'events/ganglion/one', key: '000000000000001', value: undefined })],
])(
  '[G213] an actor that has %s does not start, and the others do',
  async (_what, put) => {
    const path = await filled()
    await written(path, () => [put()])
    const { system, end } = await again(path)
    const one = system.spawn(Worker, { name: 'one' })
    await expect(one.ask('work', 5)).rejects.toMatchObject({
      code: 'actor-stopped',
      cause: { code: 'journal-state', path: 'ganglion/one.state' },
    })
    expect(await system.spawn(Worker, { name: 'two' }).ask('work', 5)).toEqual([1, 2, 5])
    await end()
  },
  60_000,
)

test('[G213] a message that can not be read waits, and those around it are handled', async () => {
  const path = await filled()
  const { log, release } = await openLog(path, { bytesMax: Number.POSITIVE_INFINITY }, false)
  log.commit({
    append: [
      { to: 'ganglion/one', bytes: garbage },
      { to: 'ganglion/one', bytes: encodeRecord('work', 1, { n: 1 }) },
      { to: 'ganglion/entities:worker/%zz', bytes: garbage },
      { to: 'ganglion/entities:worker/k', bytes: garbage },
    ],
  })
  await log.close()
  await release()
  const { system, unread, end } = await again(path)
  expect(await system.spawn(Worker, { name: 'one' }).ask('work', 7)).toEqual([1, 2, 7])
  expect(await system.entity(Worker, 'k').ask('work', 7)).toEqual([7])
  expect(await system.entity(Worker, 'l').ask('work', 8)).toEqual([8])
  expect(unread).toEqual([
    ['ganglion/one', 'message', expect.any(String), 'frame-magic'],
    ['ganglion/one', 'message', expect.any(String), 'journal-message'],
    ['ganglion/entities:worker/k', 'message', expect.any(String), 'frame-magic'],
  ])
  await end()
  expect((await command(['inspect', path, '--json'])).json).toMatchObject({ figures: { messages: 4 } })
}, 60_000)

test.each(['states', 'dead-letters', 'timers/ganglion/one', 'events/x', 'keys/'])(
  '[G213] no store is called as what the actors have: %s',
  async (name) => {
    const path = await filled()
    await using journal = await openJournal(path, { reserveBytes: 0 })
    expect(() => journal.store(name)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', path: 'name' }),
    )
    await journal.store(`my ${name}`).commit([{ key: 'k', value: new Uint8Array(1) }])
  },
)

test('dead letters are printed whatever their bodies and errors hold', async () => {
  const path = await mkdtemp(join(tmpdir(), 'ganglion-unread-'))
  folders.push(path)
  const Odd = defineActor({
    name: 'odd',
    durable: true,
    on: {
      take(_ctx, _body: unknown) {
        throw new RangeError('red \u001b[31m and\na line')
      },
    },
  })
  {
    await using journal = await openJournal(path, { reserveBytes: 0 })
    await using system = createSystem({ journal, log: false })
    const body = { big: 2n ** 60n, bytes: Uint8Array.of(1, 2, 3), set: new Set(['a']) }
    await system
      .spawn(Odd)
      .ask('take', body)
      .catch(() => undefined)
  }
  expect((await command(['dead-letters', path, '--list', '--json'])).json).toMatchObject([
    { body: { big: '1152921504606846976', bytes: 'AQID', set: ['a'] } },
  ])
  const { stdout } = await command(['dead-letters', path, '--list'])
  expect(stdout).toContain('red  [31m and a line')
  expect(stdout.trimEnd()).not.toMatch(/\p{Cc}/u)
}, 60_000)

test.each([
  'null',
  '5',
  '{}',
  '{"format":1,"generation":3,"incarnation":"x"}',
  '{"format":1,"generation":"x"}',
])('[G158] a superblock that says %s is damaged', async (text) => {
  const path = await filled()
  const file = await open(join(path, 'superblock'), 'r+')
  for (const at of [0, 4096]) {
    const head = Buffer.alloc(8)
    head.writeUInt32LE(text.length, 0)
    head.writeUInt32LE(crc32(Buffer.from(text)), 4)
    await file.write(Buffer.concat([head, Buffer.from(text)]), 0, 8 + text.length, at + 24)
  }
  await file.close()
  await expect(openJournal(path)).rejects.toMatchObject({ code: 'journal-damaged' })
})
