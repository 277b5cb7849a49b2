/**
 * What the engine adds to a hop to a worker: one caller, one row after another, compared with a bare Piscina.
 *
 * The bare worker runs the same network by hand. An echo worker is shown too, but the ratio does not use it: main thread
 * and worker sleep while a session runs, and waking a sleeping thread is most of a hop.
 */
import { Piscina } from 'piscina'
import { createInference } from '../../dist/src/inference/index.js'
import { platformKernel } from '../../dist/src/kernel/platform-kernel.js'
import type { InferenceHop } from '../../dist/src/message/header.js'
import type { ModelTask } from '../../dist/src/ports/inference.js'
import { type BenchResult, median } from '../result.ts'

/** One call; the milliseconds of the model, if the call reports them. */
type Way = () => Promise<number>

export async function hop(task: ModelTask<Float32Array, unknown>, quick: boolean): Promise<BenchResult[]> {
  const row = new Float32Array(128)
  const engine = createInference({ kernel: platformKernel(), workers: 1, coalesce: false })
  const bare = piscina(new URL('./bare-session.ts', import.meta.url))
  const echo = piscina(new URL('./echo.ts', import.meta.url))
  await engine.warm(task)
  let computed = 0
  const account = ({ computeMs }: InferenceHop): void => {
    computed += computeMs
  }
  const rounds = quick ? 2 : 30
  const calls = quick ? 20 : 1_000
  const times = await inTurn(rounds, calls, {
    echo: async () => {
      await echo.run([row])
      return 0
    },
    bare: async () => ((await bare.run(row)) as { computeMs: number }).computeMs,
    ours: async () => {
      const before = computed
      await engine.run(task, [row], { account })
      return computed - before
    },
  })
  await engine.stop()
  await Promise.all([bare.destroy(), echo.destroy()])
  return [
    { name: 'worker hop, bare Piscina, an echo', value: times.echo, unit: 'µs' },
    { name: 'worker hop, bare Piscina, the same model', value: times.bare, unit: 'µs' },
    {
      name: 'worker hop, the engine',
      value: times.ours,
      unit: 'µs',
      ratio: times.ours / times.bare,
      of: 'a bare Piscina run of the same model',
    },
  ]
}

function piscina(file: URL): Piscina {
  return new Piscina({
    filename: file.href,
    minThreads: 1,
    maxThreads: 1,
    execArgv: ['--import', 'tsx'],
  })
}

/** The median round of each. They take turns within one run, so all meet the same noise. */
async function inTurn<K extends string>(
  rounds: number,
  calls: number,
  ways: Readonly<Record<K, Way>>,
): Promise<Record<K, number>> {
  const found = {} as Record<K, number[]>
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(ways) as K[]) {
      let compute = 0
      const started = performance.now()
      for (let i = 0; i < calls; i++) compute += await ways[name]()
      const all = 1000 * (performance.now() - started)
      found[name] ??= []
      // The first rounds only compile.
      if (round > 0) found[name].push((all - 1000 * compute) / calls)
    }
  }
  return Object.fromEntries(
    Object.entries(found).map(([name, values]) => [name, median(values as number[])]),
  ) as Record<K, number>
}
