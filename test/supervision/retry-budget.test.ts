import { describe, expect, test } from 'vitest'
import { BreakerOpenError } from '../../src/supervision/errors.ts'
import { isBusy, retryAfterOf } from '../../src/supervision/retry-after.ts'
import { RetryBudget } from '../../src/supervision/retry-budget.ts'

/** Retries granted out of so many asked for at once. */
function granted(budget: RetryBudget, asked: number, now: number): number {
  let count = 0
  for (let i = 0; i < asked; i++) if (budget.spend(now)) count += 1
  return count
}

describe('a retry budget', () => {
  test('with few first attempts it allows the least a second, saved for ten seconds', () => {
    const budget = new RetryBudget({ share: 0.1, minPerSecond: 2 })
    expect(granted(budget, 50, 0)).toBe(20)
    expect(granted(budget, 50, 5_000)).toBe(0)
    expect(granted(budget, 50, 9_999)).toBe(0)
    expect(granted(budget, 50, 10_000)).toBe(20)
  })

  test('with many it allows their share, and no more in any ten seconds', () => {
    const budget = new RetryBudget({ share: 0.1, minPerSecond: 1 })
    let firsts = 0
    let retries = 0
    for (let now = 0; now < 10_000; now += 1) {
      budget.first(now)
      firsts += 1
      if (budget.spend(now)) retries += 1
    }
    expect(retries).toBeGreaterThanOrEqual(firsts * 0.1 - 1)
    expect(retries).toBeLessThanOrEqual(firsts * 0.1)
  })

  test('what is older than ten seconds counts no more, however long nothing came', () => {
    const budget = new RetryBudget({ share: 0.5, minPerSecond: 0 })
    for (let i = 0; i < 100; i++) budget.first(1_000_000)
    expect(granted(budget, 100, 1_000_500)).toBe(50)
    expect(granted(budget, 100, 1_011_000)).toBe(0)
    budget.first(9_000_000)
    expect(granted(budget, 100, 9_000_000)).toBe(0)
    budget.first(9_000_000)
    expect(granted(budget, 100, 9_000_000)).toBe(1)
  })
})

test('a callee says when to come back anywhere in the chain of errors', () => {
  const open = new BreakerOpenError('b', 250)
  expect(retryAfterOf(open)).toBe(250)
  expect(retryAfterOf(new Error('no', { cause: open }))).toBe(250)
  expect(retryAfterOf(undefined)).toBeUndefined()
})

test('an error made from a remote answer counts by its code, one of another library in seconds does not', () => {
  const remote = Object.assign(new Error('503'), { code: 'overloaded', retryAfter: 700 })
  expect(retryAfterOf(new Error('the step failed', { cause: remote }))).toBe(700)
  expect(retryAfterOf(Object.assign(new Error('429'), { code: 'ERR_HTTP', retryAfter: 7 }))).toBeUndefined()
  expect(
    retryAfterOf(Object.assign(new Error('503'), { code: 'overloaded', retryAfter: 'soon' })),
  ).toBeUndefined()
})

test('an error that can’t be read says nothing', () => {
  const hostile = Object.defineProperty(new Error('x'), 'code', {
    get: () => {
      throw new Error('no')
    },
  })
  const { proxy, revoke } = Proxy.revocable(new Error('x'), {})
  revoke()
  for (const error of [hostile, proxy, new Error('wrapped', { cause: hostile })]) {
    expect(retryAfterOf(error)).toBeUndefined()
    expect(isBusy(error)).toBe(false)
  }
})
