import { expect, test } from 'vitest'
import { InvalidArgumentError } from '../../src/kernel/errors.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { type ResilienceOptions, resilience } from '../../src/supervision/resilience.ts'

function guarded(options: Omit<ResilienceOptions, 'name'>) {
  const kernel = new ManualKernel()
  return { kernel, guard: resilience(kernel, { name: 'work', ...options }) }
}
const settle = async <T>(kernel: ManualKernel, promise: Promise<T>, ms = 0): Promise<unknown> => {
  const outcome = promise.then(
    (value) => value,
    (error: { code?: string }) => error.code ?? error,
  )
  await kernel.advance(ms)
  return outcome
}
const never = () => new Promise<never>(() => {})
const fail = () => Promise.reject(Object.assign(new Error('no'), { code: 'no' }))

test('retries with backoff until it goes well, and not past its deadline', async () => {
  const { kernel, guard } = guarded({ retry: { attempts: 3, backoff: '100ms' } })
  const tries: number[] = []
  const flaky = ({ attempt }: { attempt: number }) => {
    tries.push(kernel.clock.monotonic())
    return attempt < 3 ? fail() : Promise.resolve('well')
  }
  expect(await settle(kernel, guard.run(flaky), 500)).toBe('well')
  expect(tries).toHaveLength(3)
  expect((tries[1] as number) - (tries[0] as number)).toBeGreaterThanOrEqual(50)
  tries.length = 0
  const deadline = kernel.clock.monotonic() + 40
  expect(await settle(kernel, guard.run(flaky, { deadline }), 500)).toBe('no')
  expect(tries).toHaveLength(1)
})

test('a breaker opens on failures, lets one trial through later, and closes when that goes well', async () => {
  const { kernel, guard } = guarded({
    breaker: { failures: 2, within: '10s', open: '1s' },
    retry: { attempts: 5 },
  })
  // The third attempt finds it open, and a refusal is not tried again.
  expect(await settle(kernel, guard.run(fail))).toBe('breaker-open')
  expect(guard.breaker).toBe('open')
  await kernel.advance(1001)
  const trial = guard.run(never, {})
  await kernel.settle()
  expect(guard.breaker).toBe('half-open')
  expect(
    await settle(
      kernel,
      guard.run(() => 1),
    ),
  ).toBe('breaker-open')
  void trial
  const second = guarded({ breaker: { failures: 1, within: '10s', open: '1s' } })
  expect(await settle(second.kernel, second.guard.run(fail))).toBe('no')
  await second.kernel.advance(1001)
  expect(await settle(second.kernel, second.guard.run(fail))).toBe('no')
  expect(second.guard.breaker).toBe('open')
  await second.kernel.advance(1001)
  expect(
    await settle(
      second.kernel,
      second.guard.run(() => 1),
    ),
  ).toBe(1)
  expect(second.guard.breaker).toBe('closed')
})

test('half open is one trial: calls from before neither close the breaker nor let another trial through', async () => {
  for (const late of [fail, () => Promise.resolve('late')]) {
    const { kernel, guard } = guarded({ breaker: { failures: 1, within: '10s', open: '1s' } })
    let end = (): void => {}
    const held = new Promise<void>((resolve) => {
      end = resolve
    })
    const before = settle(
      kernel,
      guard.run(() => held.then(late)),
    )
    expect(await settle(kernel, guard.run(fail))).toBe('no')
    await kernel.advance(1001)
    void guard.run(never, {})
    await kernel.settle()
    expect(guard.breaker).toBe('half-open')
    end()
    await before
    expect(guard.breaker).toBe('half-open')
    await kernel.advance(1001)
    expect(
      await settle(
        kernel,
        guard.run(() => 1),
      ),
    ).toBe('breaker-open')
  }
})

test('a timeout aborts the attempt; the place stays taken until the work has really ended', async () => {
  const { kernel, guard } = guarded({ timeout: '50ms', bulkhead: { concurrent: 1 } })
  let end = (): void => {}
  let aborted = false
  const stubborn = ({ signal }: { signal: AbortSignal }) =>
    new Promise<void>((resolve) => {
      end = resolve
      signal.addEventListener('abort', () => {
        aborted = true
      })
    })
  expect(await settle(kernel, guard.run(stubborn), 60)).toBe('attempt-timeout')
  expect(aborted).toBe(true)
  expect(
    await settle(
      kernel,
      guard.run(() => 1),
    ),
  ).toBe('bulkhead-full')
  end()
  await kernel.settle()
  expect(
    await settle(
      kernel,
      guard.run(() => 1),
    ),
  ).toBe(1)
})

test('a bulkhead queues, in order, as many as it is told to', async () => {
  const { kernel, guard } = guarded({ bulkhead: { concurrent: 1, queue: 2 } })
  const order: number[] = []
  const ends: (() => void)[] = []
  const work = (n: number) => () =>
    new Promise<void>((resolve) => {
      order.push(n)
      ends.push(resolve)
    })
  const runs = [1, 2, 3].map((n) => guard.run(work(n)))
  const gone = new AbortController()
  expect(await settle(kernel, guard.run(work(4)))).toBe('bulkhead-full')
  for (let i = 0; i < 3; i++) {
    ends[i]?.()
    await kernel.settle()
  }
  await Promise.all(runs)
  expect(order).toEqual([1, 2, 3])
  const holding = guard.run(work(5))
  const waiting = guard.run(work(6), { signal: gone.signal })
  await kernel.settle()
  gone.abort()
  expect(await settle(kernel, waiting)).toBe('cancelled')
  ends[3]?.()
  await kernel.settle()
  await holding
  expect(order).toEqual([1, 2, 3, 5])
  expect(guard.running).toBe(0)
})

test('a rate limit is a bucket that fills with time', async () => {
  const { kernel, guard } = guarded({ rateLimit: { limit: 2, interval: '1s' } })
  const once = () =>
    settle(
      kernel,
      guard.run(() => 'ran'),
    )
  expect([await once(), await once(), await once()]).toEqual(['ran', 'ran', 'rate-limited'])
  await kernel.advance(500)
  expect([await once(), await once()]).toEqual(['ran', 'rate-limited'])
})

test('nothing is tried for a caller who has gone', async () => {
  const { kernel, guard } = guarded({ retry: { attempts: 3, backoff: '100ms' } })
  expect(
    await settle(
      kernel,
      guard.run(() => 1, { signal: AbortSignal.abort() }),
    ),
  ).toBe('cancelled')
  expect(
    await settle(
      kernel,
      guard.run(() => 1, { deadline: 0 }),
    ),
  ).toBe('attempt-timeout')
  const gone = new AbortController()
  const run = guard.run(fail, { signal: gone.signal })
  await kernel.settle()
  gone.abort()
  expect(await settle(kernel, run)).toBe('cancelled')
  expect(kernel.pendingTimers).toBe(0)
})

test.each([
  [{ retry: { attempts: 0 } }, 'work.retry.attempts'],
  [{ timeout: Number.NaN }, 'work.timeout'],
  [{ bulkhead: { concurrent: 0 } }, 'work.bulkhead.concurrent'],
  [{ breaker: { failures: 0, within: 1, open: 1 } }, 'work.breaker.failures'],
  [{ rateLimit: { limit: 0, interval: 1 } }, 'work.rateLimit.limit'],
])('%o is refused with its path', (options, path) => {
  expect(() => guarded(options)).toThrow(InvalidArgumentError)
  expect(() => guarded(options)).toThrow(expect.objectContaining({ path }) as Error)
})
