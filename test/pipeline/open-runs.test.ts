import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Layout } from '../../src/pipeline/run/layout.ts'
import { OpenRuns } from '../../src/pipeline/run/open-runs.ts'
import { PipelineRun } from '../../src/pipeline/run/run.ts'

function runOf(id: number): PipelineRun {
  return new PipelineRun({
    id,
    input: undefined,
    startedAt: 0,
    deadline: 0,
    explain: false,
    onEvent: undefined,
    orderKey: undefined,
    idempotencyKey: undefined,
    trace: undefined,
    layout: { plan: {} } as Layout,
    context: undefined,
    owner: { settled: () => {}, late: () => {}, worked: () => {}, waits: () => {} },
  })
}

test('the runs in flight are found by id and listed oldest first, whatever came and went', () => {
  const steps = fc.array(fc.oneof(fc.constant('add' as const), fc.nat(999)), { maxLength: 1000, size: 'max' })
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 70 }), (done, stride) => {
      const open = new OpenRuns()
      const expected = new Map<number, PipelineRun>()
      let last = 0
      for (const step of done) {
        if (step === 'add') {
          // Ids grow, but not by one: parcels take theirs from the same counter.
          last += stride
          const run = runOf(last)
          open.add(run)
          expected.set(last, run)
        } else {
          const id = [...expected.keys()][step % Math.max(1, expected.size)]
          const run = id === undefined ? undefined : expected.get(id)
          if (run === undefined) continue
          open.remove(run)
          // A second time changes nothing.
          open.remove(run)
          expected.delete(run.id)
          expect(open.find(run.id)).toBeUndefined()
        }
      }
      expect(open.size).toBe(expected.size)
      expect(open.ids()).toEqual([...expected.keys()])
      for (const [id, run] of expected) expect(open.find(id)).toBe(run)
    }),
    { numRuns: 50 },
  )
})

test('more runs than there are buckets at first', () => {
  const open = new OpenRuns()
  const runs = Array.from({ length: 5000 }, (_, at) => runOf(at * 64 + 1))
  for (const run of runs) open.add(run)
  expect(open.ids()).toEqual(runs.map(({ id }) => id))
  for (const run of runs.slice(0, 4990)) open.remove(run)
  expect(open.ids()).toEqual(runs.slice(4990).map(({ id }) => id))
})
