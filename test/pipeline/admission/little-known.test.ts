import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor, pipeline } from '../../../src/index.ts'
import { onManualClock } from '../../system/on-manual-clock.ts'

const Work = z.object({ ms: z.number() })

/** A pipeline of one step that waits as long as it is told, `concurrency` at once; what is behind it takes `behind`. */
async function station(
  concurrency: number,
  timeout: `${number}s`,
  behind = 64,
  first: (work: { ms: number }) => Promise<unknown> | undefined = () => undefined,
) {
  const { kernel, system, wait } = onManualClock()
  let busy = 0
  const queue: (() => void)[] = []
  const stepOf = (takes: number) =>
    defineProcessor({
      name: 'work',
      input: Work,
      output: Work,
      concurrency: takes,
      async process(work) {
        await first(work)
        if (busy === behind) await new Promise<void>((resolve) => queue.push(resolve))
        else busy += 1
        await wait(work.ms)
        const next = queue.shift()
        if (next === undefined) busy -= 1
        else next()
        return work
      },
    })
  const running = await system.run(pipeline('p', Work, { timeout }).to(stepOf(concurrency)))
  const codes: string[] = []
  const ask = (ms: number, again = 0): void => {
    running.ask({ ms }).then(
      () => {
        codes.push('answered')
        if (again > 0) ask(ms, again - 1)
      },
      (error: { code: string }) => {
        codes.push(error.code)
        if (again > 0) ask(ms, again - 1)
      },
    )
  }
  const burst = (runs: number, ms: number): void => {
    for (let n = 0; n < runs; n++) ask(ms)
  }
  /** How many ended in which way since it was called last. */
  const ended = (): Record<string, number> => {
    const counts: Record<string, number> = {}
    for (const code of codes.splice(0)) counts[code] = (counts[code] ?? 0) + 1
    return counts
  }
  const stop = () => Promise.all([system.stop({ drain: 0 }), kernel.settle()])
  return { kernel, running, stepOf, ask, burst, ended, stop }
}

describe('where little is known the door lets in', () => {
  test('one run that timed out says little about the others [G215]', async () => {
    const { kernel, ask, burst, ended, stop } = await station(64, '2s')
    ask(20)
    await kernel.advance(20)
    ask(60_000)
    await kernel.advance(2000)
    expect(ended()).toEqual({ answered: 1, deadline: 1 })
    burst(6, 20)
    await kernel.advance(100)
    expect(ended()).toEqual({ answered: 6 })
    for (let round = 0; round < 6; round++) {
      burst(60, 20)
      await kernel.advance(100)
      expect(ended()).toEqual({ answered: 60 })
    }
    await stop()
  })

  test('so do three among a hundred [G215]', async () => {
    const { kernel, ask, burst, ended, stop } = await station(64, '2s')
    for (let n = 0; n < 100; n++) {
      ask(20)
      await kernel.advance(20)
    }
    for (let n = 0; n < 3; n++) {
      ask(60_000)
      await kernel.advance(2000)
    }
    ended()
    burst(60, 20)
    await kernel.advance(100)
    expect(ended()).toEqual({ answered: 60 })
    await stop()
  })

  test('the first runs that end are no sign that more in flight are slower [G214]', async () => {
    const { kernel, ask, ended, stop } = await station(64, '5s')
    for (let client = 0; client < 40; client++) {
      ask(300, 4)
      await kernel.advance(7)
    }
    await kernel.advance(3000)
    expect(ended()).toEqual({ answered: 200 })
    await stop()
  })

  test('a burst after runs that came one at a time has the width of the steps [G214]', async () => {
    const { kernel, ask, burst, ended, stop } = await station(8, '3s')
    for (let n = 0; n < 200; n++) {
      ask(60)
      await kernel.advance(60)
    }
    expect(ended()).toEqual({ answered: 200 })
    burst(320, 60)
    await kernel.advance(3000)
    expect(ended().answered).toBeGreaterThan(300)
    await stop()
  })

  test('a step that is replaced, and one that gets more copies, changes the width [G214]', async () => {
    const { kernel, running, stepOf, ask, burst, ended, stop } = await station(1, '3s')
    const oneAtATime = async (): Promise<void> => {
      for (let n = 0; n < 100; n++) {
        ask(400)
        await kernel.advance(400)
      }
      expect(ended()).toEqual({ answered: 100 })
    }
    await oneAtATime()
    await running.replace('work', stepOf(8))
    burst(24, 400)
    await kernel.advance(3000)
    expect(ended()).toEqual({ answered: 24 })
    await running.replace('work', stepOf(1))
    await oneAtATime()
    running.resize('work', 8)
    burst(24, 400)
    await kernel.advance(3000)
    expect(ended()).toEqual({ answered: 24 })
    await stop()
  })

  test('a burst behind a width that is too great begins a few at a time, as those before it end [G220]', async () => {
    const { kernel, ask, burst, ended, stop } = await station(64, '1s', 4)
    for (let n = 0; n < 20; n++) {
      ask(150)
      await kernel.advance(150)
    }
    expect(ended()).toEqual({ answered: 20 })
    for (let round = 0; round < 4; round++) {
      burst(64, 150)
      await kernel.advance(2000)
      const { deadline = 0, answered = 0 } = ended()
      expect(deadline).toBeLessThanOrEqual(4)
      expect(answered).toBeGreaterThan(12)
    }
    await stop()
  })

  test('runs that wait for other runs of their pipeline are not held back for long [G220]', async () => {
    const { kernel, running, ask, ended, stop } = await station(64, '20s', 64, (work) =>
      work.ms > 1000 ? running.ask({ ms: 100 }) : undefined,
    )
    for (let n = 0; n < 20; n++) {
      ask(100)
      await kernel.advance(100)
    }
    ended()
    for (let n = 0; n < 12; n++) ask(1001)
    await kernel.advance(9000)
    expect(ended()).toEqual({ answered: 12 })
    await stop()
  })

  test('the limit does not stay at what was tried last in a burst [G221]', async () => {
    const { kernel, running, ask, burst, stop } = await station(8, '1s')
    for (let n = 0; n < 20; n++) {
      ask(60)
      await kernel.advance(60)
    }
    for (let round = 0; round < 6; round++) {
      burst(200, 60)
      await kernel.advance(5000)
      expect(running.load().limit).toBeGreaterThanOrEqual(8)
    }
    await stop()
  })

  test('after a pause the door is not sure of what it knew when everything was slow [G169]', async () => {
    const { kernel, ask, burst, ended, stop } = await station(8, '1s')
    for (const ms of [60, 900]) {
      for (let n = 0; n < 20; n++) {
        ask(ms)
        await kernel.advance(ms)
      }
    }
    expect(ended()).toEqual({ answered: 40 })
    await kernel.advance(3_600_000)
    burst(24, 60)
    await kernel.advance(1000)
    expect(ended()).toEqual({ answered: 24 })
    await stop()
  })

  test('what still takes as long is refused after a pause as before [G169]', async () => {
    const { kernel, ask, burst, ended, stop } = await station(1, '1s')
    for (let n = 0; n < 40; n++) {
      ask(700)
      await kernel.advance(700)
    }
    expect(ended()).toEqual({ answered: 40 })
    await kernel.advance(3_600_000)
    burst(5, 700)
    await kernel.advance(2000)
    expect(ended().answered).toBe(1)
    burst(5, 700)
    await kernel.advance(0)
    expect(ended()).toEqual({ overloaded: 4 })
    await kernel.advance(2000)
    await stop()
  })
})
