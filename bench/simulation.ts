import { defineActor } from '../src/index.ts'
import { explore, type ScenarioModule, type Simulation, shrink } from '../src/simulation/index.ts'
import { delivery } from '../test/simulation/planted/delivery.ts'
import questionAnswering from '../test/simulation/scenarios/question-answering.sim.ts'
import type { BenchResult } from './result.ts'

type Sink = { add: (ctx: never, by: number) => void; total: (ctx: never) => number }

/** Eight senders and one counter, in rounds: every message is a separate step, with all invariants on. */
function flood(messages: number) {
  return async (sim: Simulation): Promise<void> => {
    const system = sim.system()
    const sink = system.spawn(
      defineActor({
        name: 'sink',
        state: () => ({ n: 0 }),
        on: {
          add(ctx, by: number) {
            ctx.state.n += by
          },
          total: (ctx) => ctx.state.n,
        },
      }),
      { name: 'sink' },
    )
    const Sender = defineActor({
      name: 'sender',
      on: {
        go(ctx) {
          ctx.tell(sink as never as import('../src/index.ts').ActorRef<Sink>, 'add', 1)
        },
      },
    })
    const senders = Array.from({ length: 8 }, (_, i) => system.spawn(Sender, { name: `sender${i}` }))
    for (let sent = 0; sent < messages; sent += 16) {
      for (const sender of senders) sender.tell('go')
      await sim.settle()
    }
    if ((await sink.ask('total')) !== Math.ceil(messages / 16) * 8) sim.unreachable('every message arrives')
  }
}

/** Virtual messages a second, with and without faults; runs of the team; the time to shrink a failure. */
export async function run({ quick }: { readonly quick: boolean }): Promise<readonly BenchResult[]> {
  const messages = quick ? 2000 : 100_000
  const plain = await explore({ runs: 4 }, flood(messages))
  const base: BenchResult = {
    name: 'virtual messages',
    value: rate(plain.messages, plain.elapsedMs),
    unit: '/s',
  }
  const latency = await explore({ runs: 4, faults: { delay: ['0ms', '5ms'] } }, flood(messages))
  const charged = delivery.doubleCharge as (typeof delivery)[string]
  const charging = (sim: Simulation) => charged.scenario(sim, false)
  const runs = await explore(
    { runs: quick ? 50 : 3000, keepGoing: true, faults: charged.faults ?? {} },
    charging,
  )
  const team = quick ? 20 : 2000
  // The budget: 10,000 runs in a minute on two cores.
  const many = quick ? 20 : 10_000
  const one = await explore({ runs: team }, questionAnswering)
  const two = await explore({ runs: many, workers: 2 }, questionAnswering as ScenarioModule)
  verify(plain.ok && latency.ok && one.ok && two.ok && two.runs === many)
  const started = performance.now()
  const shrunk = await shrink(runs.failure?.token ?? '', charging)
  const shrinking = performance.now() - started
  const oneCore: BenchResult = {
    name: 'team runs (8 questions, faults), one thread',
    value: rate(one.runs, one.elapsedMs),
    unit: '/s',
  }
  return [
    base,
    ratio('virtual messages with latencies', rate(latency.messages, latency.elapsedMs), '/s', base),
    { name: 'runs of a payment (5 orders, faults)', value: rate(runs.runs, runs.elapsedMs), unit: '/s' },
    oneCore,
    ratio('team runs, two threads', rate(two.runs, two.elapsedMs), '/s', oneCore),
    { name: `${many} team runs, two threads`, value: two.elapsedMs / 1000, unit: 's' },
    { name: 'shrinking the payment', value: shrinking, unit: 'ms' },
    { name: 'its shortest story', value: shrunk.after.messages, unit: 'messages' },
  ]
}

function rate(count: number, ms: number): number {
  return (count / ms) * 1000
}

function ratio(name: string, value: number, unit: string, of: BenchResult): BenchResult {
  return { name, value, unit, ratio: value / of.value, of: of.name }
}

function verify(good: boolean): void {
  if (!good) throw new Error('a simulation that should hold did not')
}
