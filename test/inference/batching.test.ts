import { readFileSync } from 'node:fs'
import { Tokenizer } from '@huggingface/tokenizers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BatchSizes } from '../../src/inference/batching/batch-sizes.ts'
import { BUCKETS, bucketOf, estimatedLength } from '../../src/inference/batching/lengths.ts'
import type { Row } from '../../src/inference/batching/row.ts'
import { RowQueue } from '../../src/inference/batching/row-queue.ts'
import type { TaskGroup } from '../../src/inference/batching/task-groups.ts'
import { Heap } from '../../src/kernel/heap.ts'

test('a heap gives its items in order, whatever comes and goes', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer(), { nil: undefined })), (steps) => {
      const heap = new Heap<number>((a, b) => a < b)
      const model: number[] = []
      for (const step of steps) {
        if (step !== undefined) {
          heap.push(step)
          model.push(step)
          model.sort((a, b) => a - b)
        } else expect(heap.pop()).toBe(model.shift())
        expect(heap.size).toBe(model.length)
        expect(heap.peek()).toBe(model[0])
      }
    }),
  )
})

describe('the row queue', () => {
  const group = (key: string): TaskGroup =>
    ({ key, sizes: new BatchSizes(64), open: 0 }) as unknown as TaskGroup
  const minilm = group('minilm')
  let sequence = 0
  const row = (details: Partial<Row> = {}): Row => ({
    value: '',
    length: 10,
    deadline: Number.POSITIVE_INFINITY,
    priority: 0,
    sequence: ++sequence,
    queuedAt: 0,
    group: minilm,
    key: undefined,
    waiters: [],
    deaths: 0,
    state: 'queued',
    ...details,
  })
  const always = () => true
  const take = (queue: RowQueue, size: number) => queue.take(0, always, () => size)

  test('takes by priority, then earliest deadline, then arrival, and keeps models and lengths apart', () => {
    const queue = new RowQueue()
    const [first, late, soon, urgent, long, other] = [
      row(),
      row({ deadline: 900 }),
      row({ deadline: 100 }),
      row({ priority: 1 }),
      row({ length: 200 }),
      row({ group: group('other') }),
    ]
    for (const one of [first, late, soon, urgent, long, other]) queue.push(one, 0)
    expect(take(queue, 2)).toEqual([urgent, soon])
    expect(take(queue, 8)).toEqual([late, first])
    expect(take(queue, 8)).toEqual([long])
    expect(take(queue, 8)).toEqual([other])
    expect(take(queue, 8)).toEqual([])
  })

  test('rows of work that is due earlier go first, though they came later [G61]', () => {
    const queue = new RowQueue()
    // A run that began at 0 has come to its last step; another began at 400.
    const young = row({ due: 1400, deadline: 900 })
    const old = row({ due: 1000, deadline: 1000 })
    for (const one of [young, old]) queue.push(one, 0)
    expect(take(queue, 1)).toEqual([old])
  })

  test("a tenant's flood lets another's row go next, and worker time goes by share [G147]", () => {
    const queue = new RowQueue()
    for (let i = 0; i < 100; i++) queue.push(row({ tenant: 'flood', deadline: 100, priority: 7 }), 0)
    expect(take(queue, 8)).toHaveLength(8)
    const small = row({ tenant: 'small', deadline: 900 })
    queue.push(small, 0)
    expect(take(queue, 1)).toEqual([small])
    for (let i = 0; i < 400; i++) queue.push(row({ tenant: 'gold', share: 3 }), 0)
    // It was away, and has had its quarter of a second.
    expect(take(queue, 254).filter(({ tenant }) => tenant === 'gold').length).toBeGreaterThan(249)
    const next = Array.from({ length: 10 }, () => take(queue, 8)).flat()
    const gold = next.filter(({ tenant }) => tenant === 'gold').length
    expect(gold).toBeGreaterThanOrEqual(59)
    expect(gold).toBeLessThanOrEqual(61)
  })

  test('one that was away is owed a quarter of a second of each worker at most, however long it was [G147]', () => {
    const queue = new RowQueue()
    const push = (tenant: string, count: number) => {
      for (let i = 0; i < count; i++) queue.push(row({ tenant }), 0)
    }
    push('early', 1)
    push('busy', 3_000)
    take(queue, 2_000)
    push('early', 600)
    const early = (size: number) => take(queue, size).filter(({ tenant }) => tenant === 'early').length
    expect(early(240)).toBe(240)
    expect(early(260)).toBeLessThan(140)
  })

  test('a flood of urgent rows starves none [G61]', () => {
    const queue = new RowQueue()
    const low = row()
    queue.push(low, 0)
    const taken: Row[] = []
    for (let turn = 0; turn < 20; turn++) {
      for (let i = 0; i < 4; i++) queue.push(row({ priority: 5 }), turn)
      taken.push(...take(queue, 4))
    }
    expect(taken).toContain(low)
    expect(take(queue, 1)[0]?.priority).toBe(5)
  })

  test('a row that has seen a worker die runs alone', () => {
    const queue = new RowQueue()
    const rows = [row(), row({ deaths: 1 }), row()]
    for (const one of rows) queue.push(one, 0)
    expect(take(queue, 8)).toEqual([rows[0], rows[2]])
    expect(take(queue, 8)).toEqual([rows[1]])
  })

  test('what has left is not taken, is not counted, and does not pile up', () => {
    const queue = new RowQueue()
    for (let wave = 0; wave < 20; wave++) {
      const rows = Array.from({ length: 500 }, () => row())
      for (const one of rows) queue.push(one, 0)
      for (const one of rows.slice(1)) queue.left(one)
    }
    expect(queue.size).toBe(20)
    expect(take(queue, 64)).toHaveLength(20)
  })

  test('a batch that is not full takes rows of nearly its length along, and no others', () => {
    const queue = new RowQueue()
    const [own, near, far] = [row({ length: 100 }), row({ length: 120 }), row({ length: 60 })]
    for (const one of [own, near, far]) queue.push(one, 0)
    expect(take(queue, 8)).toEqual([own, near])
    expect(take(queue, 8)).toEqual([far])
  })
})

describe('batch sizes', () => {
  const bucket = bucketOf(8)

  test('the cheapest row wins, never worse than one by one, and never above the limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 7, maxLength: 7 }),
        (costs) => {
          const sizes = new BatchSizes(32)
          costs.forEach((cost, i) => {
            sizes.probed(8, 2 ** i, cost * 2 ** i)
          })
          const best = sizes.best(bucket)
          expect(best).toBeLessThanOrEqual(32)
          const least = Math.min(...costs.slice(0, 6))
          expect(sizes.cost(bucket, best)).toBeLessThanOrEqual(least / 0.97 + 1e-9)
        },
      ),
    )
  })

  test('learns from its own batches while there is a backlog, and keeps what it knows without one', () => {
    const sizes = new BatchSizes(64)
    const started = sizes.best(bucket)
    // The more rows a batch has, the cheaper each: 64 is best.
    for (let i = 0; i < 3_000; i++) {
      const rows = sizes.next(bucket, 10_000)
      sizes.observe(bucket, rows, 1 + rows * 0.01)
    }
    expect(sizes.best(bucket)).toBe(64)
    expect(started).toBeLessThan(64)
    const before = sizes.best(bucket)
    for (let i = 0; i < 200; i++) expect(sizes.next(bucket, 3)).toBe(before)
  })
})

test('the estimate of a text’s tokens is near what the tokenizer makes of it', () => {
  const json = JSON.parse(readFileSync('models/all-minilm-l6-v2/tokenizer.json', 'utf8')) as object
  const tokenizer = new Tokenizer(json, {})
  const texts = ['japan', 'france', 'brazil', 'kenya'].flatMap((name) =>
    readFileSync(`examples/data/factbook/${name}.md`, 'utf8')
      .split('\n')
      .filter((line) => line.length > 40),
  )
  const off = texts.map((text) => estimatedLength(text) / tokenizer.encode(text).ids.length)
  const mean = off.reduce((sum, ratio) => sum + ratio, 0) / off.length
  expect(mean).toBeGreaterThan(0.85)
  expect(mean).toBeLessThan(1.15)
  const spread = Math.sqrt(off.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / off.length)
  expect(spread).toBeLessThan(0.2)
})

test('buckets cover every length, each within a third of the next', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000 }), (length) => {
      const at = bucketOf(length)
      if (length <= (BUCKETS.at(-1) as number)) expect(length).toBeLessThanOrEqual(BUCKETS[at] as number)
      if (at > 0) expect(length).toBeGreaterThan(BUCKETS[at - 1] as number)
    }),
  )
})
