import { z } from 'zod'
import { defineActor, defineProcessor } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const CAPACITY = 3
const LETTERS = 4

const FAULTS = {
  throw: 0.1,
  reject: 0.05,
  crash: 0.02,
  slow: { rate: 0.05, range: ['5ms', '100ms'] },
} as const

/** Bounds hold whatever fails: what is between two attempts takes room, who gave up leaves nothing behind, letters are few. */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const system = sim.system({
    deadLetterCapacity: LETTERS,
    supervision: { intensity: { restarts: 500, within: '1s', per: 'child' } },
  })
  const gaveUp = new Set<number>()
  const worker = (name: string, overflow: 'reject' | 'backpressure' | 'drop-oldest' | 'drop-newest') =>
    system.spawn(
      defineActor({
        name,
        mailbox: { capacity: CAPACITY, overflow },
        retry: { attempts: 3, backoff: ['20ms', '40ms'] },
        on: {
          async go(ctx, id: number) {
            if (name === 'patient' && gaveUp.has(id) && ctx.attempt === 1)
              sim.unreachable('what was given up is not begun')
            await sim.sleep('2ms')
          },
        },
      }),
      { name },
    )
  const workers = [
    worker('rejects', 'reject'),
    worker('oldest', 'drop-oldest'),
    worker('newest', 'drop-newest'),
  ]
  const patient = worker('patient', 'backpressure')
  const step = system.spawn(
    defineProcessor({
      name: 'step',
      input: z.number(),
      output: z.number(),
      mailbox: { capacity: 1, overflow: 'backpressure' },
      process: async (x) => {
        await sim.sleep(`${sim.random.integer(400)}ms`)
        return x
      },
    }),
  )
  let callers = 0
  // What callers have left behind is at most as much as what others wait for; and what is told has no caller.
  sim.invariant('a step holds few messages of callers that have left', () => step.load <= 2 * callers + 3)
  const asks = async (id: number): Promise<void> => {
    callers += 1
    await step.ask(id, { timeout: `${1 + sim.random.integer(60)}ms` }).then(
      () => sim.reachable('answered'),
      ({ code }) => code === 'ask-timeout' && sim.reachable('a caller of the step has left'),
    )
    callers -= 1
  }
  sim.invariant('at most its capacity, and one at work', () =>
    workers.every(({ load }) => load <= CAPACITY + 1),
  )
  sim.invariant('few dead letters', () => system.deadLetters.size <= LETTERS)
  const waiting: Promise<void>[] = []
  step.tell(0)
  for (const id of sim.times(12)) {
    waiting.push(asks(id))
    for (const one of workers) {
      try {
        one.tell('go', id, { orderKey: `k${id}` })
      } catch {
        sim.reachable('refused')
      }
    }
    waiting.push(
      patient.offer('go', id, { orderKey: `k${id}`, timeout: `${1 + sim.random.integer(60)}ms` }).then(
        () => sim.reachable('taken'),
        () => {
          gaveUp.add(id)
          sim.reachable('gave up')
        },
      ),
    )
    if (sim.random.integer(3) === 0) await sim.sleep(sim.random.integer(30))
  }
  await Promise.all(waiting)
  await sim.settle()
  sim.expect.quiescent()
  sim.expect.conserved()
  if (system.deadLetters.dropped > 0) sim.reachable('letters made room for others')
})
