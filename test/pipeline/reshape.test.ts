import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { turns, until } from '../../src/testkit/until.ts'

const Num = z.number()
const plus = (name: string, by: number) =>
  defineProcessor({ name, input: Num, output: Num, process: (n) => n + by })

/** Holds each message until it is released. */
function gated(name: string, by: number) {
  let release = () => {}
  const open = new Promise<void>((resolve) => {
    release = resolve
  })
  const taken: number[] = []
  const processor = defineProcessor({
    name,
    input: Num,
    output: Num,
    process: async (n) => {
      taken.push(n)
      await open
      return n + by
    },
  })
  return { processor, taken, release }
}

test('a replaced processor ends what runs that began before it have for it, and then stops', async () => {
  await using system = createSystem()
  const old = gated('step', 100)
  const running = await system.run(pipeline('p', Num).to(old.processor))
  const before = [1, 2, 3].map((n) => running.ask(n))
  await until(() => old.taken.length > 0)
  await running.replace('step', plus('better', 200))
  expect(await running.ask(4)).toBe(204)
  expect(running.processors()).toMatchObject([{ name: 'step', path: 'ganglion/p/step~2', load: 0 }])
  old.release()
  expect(await Promise.all(before)).toEqual([101, 102, 103])
  expect(old.taken).toEqual([1, 2, 3])
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true, deadLettered: {} })
})

test('messages of one key keep their order across a replacement [G42]', async () => {
  await using system = createSystem()
  const old = gated('step', 0)
  const seen: number[] = []
  const running = await system.run(pipeline('p', Num).to(old.processor))
  const first = running.ask(1, { orderKey: 'k' })
  await until(() => old.taken.length > 0)
  await running.replace(
    'step',
    defineProcessor({
      name: 'new',
      input: Num,
      output: Num,
      process: (n) => {
        seen.push(n)
        return n
      },
    }),
  )
  const second = running.ask(2, { orderKey: 'k' })
  const third = running.ask(3, { orderKey: 'k' })
  expect(await running.ask(9, { orderKey: 'other' })).toBe(9)
  expect(await running.ask(8)).toBe(8)
  expect(seen).toEqual([9, 8])
  old.release()
  expect(await Promise.all([first, second, third])).toEqual([1, 2, 3])
  expect(seen).toEqual([9, 8, 2, 3])
})

test('what waits for its key ends with its own deadline or signal', async () => {
  await using system = createSystem()
  const old = gated('step', 0)
  const running = await system.run(pipeline('p', Num).to(old.processor))
  const first = running.ask(1, { orderKey: 'k' })
  await until(() => old.taken.length > 0)
  await running.replace('step', plus('new', 0))
  expect(await running.ask(2, { orderKey: 'k', timeout: 5 }).catch((e: unknown) => e)).toMatchObject({
    code: 'deadline',
    waitingFor: ['step'],
  })
  old.release()
  expect(await first).toBe(1)
  expect(running.inFlight).toBe(0)
})

test('a fan grows and shrinks while it works; a quorum of all stays one of all', async () => {
  await using system = createSystem()
  const slow = gated('b', 20)
  const running = await system.run(
    pipeline('p', Num)
      .fan({ a: plus('a', 10), b: slow.processor })
      .merge((parts, { weights }) => ({ parts: { ...parts } as Record<string, number>, weights })),
  )
  const before = running.ask(1)
  await until(() => slow.taken.length > 0)
  running.add('c', plus('c', 30), { at: 'merge', weight: 2 })
  running.remove('b')
  expect(await running.ask(2)).toEqual({ parts: { a: 12, c: 32 }, weights: { a: 1 / 3, c: 2 / 3 } })
  slow.release()
  expect(await before).toMatchObject({ parts: { a: 11, b: 21 } })
  expect(running.matrix().names).toEqual(['input', 'a', 'c', 'merge'])
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true, deadLettered: {} })
})

test('a step is resized while it works: more run at once, none is lost, a key stays in order [G42]', async () => {
  await using system = createSystem()
  let now = 0
  let most = 0
  const order: number[] = []
  const step = defineProcessor({
    name: 'step',
    input: Num,
    output: Num,
    process: async (n) => {
      now += 1
      most = Math.max(most, now)
      await turns(3)
      now -= 1
      order.push(n)
      return n
    },
  })
  const running = await system.run(pipeline('p', Num).to(step))
  const ask = (from: number, orderKey?: string) =>
    Promise.all(
      [0, 1, 2, 3, 4, 5].map((n) => running.ask(from + n, orderKey === undefined ? {} : { orderKey })),
    )
  await ask(0)
  expect(most).toBe(1)
  running.resize('step', 3)
  const wide = ask(10)
  const keyed = ask(100, 'k')
  expect(await wide).toEqual([10, 11, 12, 13, 14, 15])
  expect(most).toBe(3)
  running.resize('step', 1)
  running.resize('step', 2)
  running.resize('step', 1)
  await Promise.all([keyed, ask(20)])
  expect(order.filter((n) => n >= 100)).toEqual([100, 101, 102, 103, 104, 105])
  expect(running.processors()).toMatchObject([{ name: 'step', replicas: 1 }])
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true, deadLettered: {} })
})

test('changes that can not be are refused by their place, and nothing changes', async () => {
  await using system = createSystem()
  const running = await system.run(
    pipeline('p', Num)
      .fan({ a: plus('a', 1), b: plus('b', 2) })
      .merge(({ a = 0, b = 0 }) => a + b, { quorum: 2 }),
  )
  await running.ask(1)
  const text = defineProcessor({ name: 't', input: z.string(), output: z.string(), process: (x) => x })
  const shouts = defineProcessor({ name: 's', input: Num, output: z.string(), process: String })
  await expect(running.replace('a', text)).rejects.toMatchObject({ code: 'reshape', path: 'a.input' })
  await expect(running.replace('a', shouts)).rejects.toMatchObject({ code: 'reshape', path: 'a.output' })
  await expect(running.replace('nowhere', text)).rejects.toMatchObject({ code: 'reshape', path: 'nowhere' })
  await expect(running.replace('merge', text)).rejects.toMatchObject({ code: 'reshape', path: 'merge' })
  for (const [refused, code, path] of [
    [() => running.add('a', plus('x', 1), { at: 'merge' }), 'reshape', 'a'],
    [() => running.add('c', plus('c', 1), { at: 'b' }), 'reshape', 'b'],
    [() => running.add('c', plus('c', 1), { at: 'merge', weight: -1 }), 'routing-matrix', 'edges.c→merge'],
    [() => running.remove('merge'), 'reshape', 'merge'],
    [() => running.resize('merge', 2), 'reshape', 'merge'],
    [() => running.resize('a', 0), 'invalid-argument', 'a.replicas'],
  ] as const) {
    let error: unknown
    try {
      refused()
    } catch (caught) {
      error = caught
    }
    expect(error).toMatchObject({ code, path })
  }
  running.remove('a')
  expect(() => running.remove('b')).toThrow(/last branch/)
  expect(await running.ask(1)).toBe(3)
})

/** Notes what it is given. */
const noting = (name: string, seen: number[]) =>
  defineProcessor({
    name,
    input: Num,
    output: Num,
    process: (n) => {
      seen.push(n)
      return n
    },
  })

test('a step that is added and replaced while earlier runs of a key continue takes the later runs of that key', async () => {
  await using system = createSystem()
  const front = gated('front', 0)
  const sum = (parts: Readonly<Record<string, number>>) => Object.values(parts).reduce((a, b) => a + b, 0)
  const running = await system.run(
    pipeline('p', Num)
      .to(front.processor, { concurrency: 4 })
      .fan({ a: plus('a', 0) })
      .merge((parts) => sum(parts)),
  )
  const first = running.ask(1, { orderKey: 'k' })
  await until(() => front.taken.length > 0)
  running.add('c', plus('c', 100), { at: 'merge' })
  const second = running.ask(2, { orderKey: 'k' })
  await until(() => front.taken.length >= 2)
  await running.replace('c', plus('c', 1000))
  const third = running.ask(3, { orderKey: 'k' })
  await until(() => front.taken.length >= 3)
  front.release()
  expect(await Promise.all([first, second, third])).toEqual([1, 104, 1006])
  expect(await running.ask(4, { orderKey: 'k' })).toBe(1008)
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true, deadLettered: {} })
})

test('a replaced step behind an older one does not overtake runs that began before its name was there', async () => {
  await using system = createSystem()
  const front = gated('front', 0)
  const seen: number[] = []
  const running = await system.run(
    pipeline('p', Num)
      .fan({ front: front.processor, b: plus('b', 0) })
      .merge(({ front }) => front),
  )
  const first = running.ask(1, { orderKey: 'k' })
  await until(() => front.taken.length > 0)
  running.remove('front')
  running.add('front', noting('front', seen), { at: 'merge' })
  const second = running.ask(2, { orderKey: 'k' })
  await turns(5)
  expect(seen).toEqual([])
  front.release()
  expect(await Promise.all([first, second])).toEqual([1, 2])
  expect(seen).toEqual([2])
})
