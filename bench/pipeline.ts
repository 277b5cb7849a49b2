// npm run -s bench -- pipeline [--json] [--quick]
import * as langgraph from './pipeline/langgraph.ts'
import * as ours from './pipeline/ours.ts'
import * as plain from './pipeline/plain.ts'
import { routing } from './pipeline/routing.ts'
import type { BenchResult } from './result.ts'
import { median, rate } from './runtime/measure.ts'

/** Runs in flight at once. */
const WINDOW = 256

type Ask = (x: number) => Promise<number>

/**
 * The pipeline, plain async functions and LangGraph.js on the same graphs, in one process, in turn.
 * Ours and the functions check every input and output with the same schema, which only looks at its type; LangGraph.js checks
 * nothing. Each variant warms up first, so that no figure includes uncompiled code.
 */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult[]> {
  const scale = quick ? 0.01 : 1
  const rounds = quick ? 1 : 5
  return [
    ...(await chains(scale, rounds)),
    ...(await joins(scale, rounds)),
    ...(await routing(scale, rounds)),
  ]
}

/** Runs a second, with each answer checked. */
async function runsPerSecond(
  ask: Ask,
  runs: number,
  expected: (x: number) => number,
  window = WINDOW,
): Promise<number> {
  const startedAt = performance.now()
  for (let sent = 0; sent < runs; ) {
    const from = sent
    const asked: Promise<number>[] = []
    for (; sent < Math.min(runs, from + window); sent++) asked.push(ask(sent))
    const answers = await Promise.all(asked)
    for (const [i, answer] of answers.entries()) {
      if (answer !== expected(from + i)) throw new Error(`${answer} is not the answer to ${from + i}`)
    }
  }
  return rate(runs, startedAt)
}

const n = (count: number, scale: number): number => Math.max(WINDOW, Math.round(count * scale))
const perSecond = (name: string, value: number, of?: BenchResult): BenchResult =>
  of === undefined
    ? { name, value, unit: 'runs/s' }
    : { name, value, unit: 'runs/s', ratio: value / of.value, of: of.name }
const chained = (stages: number) => (x: number) => x + stages
const joined = (x: number): number => plain.WIDTH * (x + 2)

async function chains(scale: number, rounds: number): Promise<BenchResult[]> {
  const { STAGES } = plain
  const count = n(200_000, scale)
  const functions = await median(rounds, () => runsPerSecond(plain.chain, count, chained(STAGES)))
  const four = await ourRate(() => ours.chain(STAGES), rounds, count, chained(STAGES))
  const eight = await ourRate(() => ours.chain(2 * STAGES), rounds, count, chained(2 * STAGES))
  const checked = await ourRate(
    () => ours.chain(STAGES, { schema: ours.zodNumber }),
    rounds,
    count,
    chained(STAGES),
  )
  const graph = langgraph.chain()
  const theirs = await theirRate(graph, n(1000, scale), chained(STAGES))
  const name = `chain of ${STAGES}`
  const lang = perSecond(`LangGraph.js: ${name}`, theirs)
  const base = perSecond(`async functions: ${name}`, functions, lang)
  return [
    lang,
    base,
    perSecond(`ganglion: ${name}`, four, lang),
    {
      name: `ganglion: ${name}, time`,
      value: 1e6 / four,
      unit: 'µs',
      ratio: functions / four,
      of: base.name,
    },
    perSecond(`ganglion: ${name}, zod schemas`, checked, lang),
    {
      name: 'ganglion: own overhead a hop, ask included',
      value: (1e6 / four - 1e6 / functions) / STAGES,
      unit: 'µs',
    },
    { name: 'ganglion: one hop more', value: (1e6 / eight - 1e6 / four) / STAGES, unit: 'µs' },
  ]
}

async function joins(scale: number, rounds: number): Promise<BenchResult[]> {
  const count = n(50_000, scale)
  const functions = await median(rounds, () => runsPerSecond(plain.join, count, joined))
  const own = await ourRate(() => ours.join(), rounds, count, joined)
  const graph = langgraph.join()
  const theirs = await theirRate(graph, n(500, scale), joined)
  const name = `join 1-${plain.WIDTH}-1`
  const lang = perSecond(`LangGraph.js: ${name}`, theirs)
  const base = perSecond(`Promise.all: ${name}`, functions, lang)
  return [
    lang,
    base,
    perSecond(`ganglion: ${name}`, own, lang),
    { name: `ganglion: ${name}, time`, value: 1e6 / own, unit: 'µs', ratio: functions / own, of: base.name },
  ]
}

async function ourRate(
  start: () => Promise<ours.Running>,
  rounds: number,
  count: number,
  expected: (x: number) => number,
): Promise<number> {
  const running = await start()
  const figure = await median(rounds, () => runsPerSecond(running.ask, count, expected))
  await running.stop()
  return figure
}

/** LangGraph.js at its best: one run after another, or as many at once as ours. */
async function theirRate(ask: Ask, count: number, expected: (x: number) => number): Promise<number> {
  const alone = await median(1, () => runsPerSecond(ask, count, expected, 1))
  const together = await median(1, () => runsPerSecond(ask, count, expected))
  return Math.max(alone, together)
}
