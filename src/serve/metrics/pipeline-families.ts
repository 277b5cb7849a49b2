import type { ArrowCount } from '../../pipeline/run/layout.ts'
import { OTHERS, StageMeter } from './counts.ts'
import { type Exposition, HISTOGRAM_SERIES, type Labels, type Sample } from './exposition.ts'
import type { Histogram } from './histogram.ts'
import type { Meters, ShownPipeline } from './system-metrics.ts'

const seconds = (ms: number): number => ms / 1000

export function writePipelines(
  page: Exposition,
  pipelines: readonly ShownPipeline[],
  meters: Meters,
  most: number,
): void {
  page.counter('ganglion_runs_started_total', 'Runs that were accepted', meters.started.samples())
  page.counter('ganglion_runs_ended_total', 'Runs by outcome', meters.ended.samples())
  page.counter(
    'ganglion_runs_refused_total',
    'Runs that were refused, as they came or after a wait',
    meters.refused.samples(),
  )
  page.counter('ganglion_limit_moves_total', 'Moves of the limit by reason', meters.moves.samples())
  page.histogram(
    'ganglion_run_seconds',
    'From ask to answer',
    [...meters.runs].map(([pipeline, runs]) => [{ pipeline }, runs]),
  )
  const loads = pipelines.map((one) => [{ pipeline: one.name }, one.load()] as const)
  const of = (pick: (load: ReturnType<ShownPipeline['load']>) => number): Sample[] =>
    loads.map(([labels, load]) => [labels, pick(load)])
  page.gauge(
    'ganglion_runs_in_flight',
    'Runs that have begun',
    of(({ inFlight }) => inFlight),
  )
  page.gauge(
    'ganglion_runs_waiting',
    'Runs that wait at the door',
    of(({ waiting }) => waiting),
  )
  page.gauge(
    'ganglion_runs_limit',
    'Runs that may be in flight',
    of(({ limit }) => limit),
  )
  page.counter(
    'ganglion_runs_wasted_seconds_total',
    'Work on runs without an answer',
    of(({ wasted }) => seconds(wasted.ms)),
  )
  const arrows = pipelines.flatMap((one) => one.arrows().map((arrow) => ({ pipeline: one.name, ...arrow })))
  const stages = pipelines.reduce((sum, one) => sum + one.processors().length, 0)
  writeStages(page, meters, most - stages - Math.min(arrows.length, ARROWS_LEAST))
  page.gauge(
    'ganglion_stage_messages',
    'Messages that wait or run at a stage',
    pipelines
      .flatMap((one) =>
        one.processors().map(({ name, load }): Sample => [{ pipeline: one.name, stage: name }, load]),
      )
      .slice(0, Math.max(0, most - page.series - Math.min(arrows.length, ARROWS_LEAST))),
  )
  writeArrows(page, arrows, most)
}

/** Arrows that have room before the histograms of stages have. */
const ARROWS_LEAST = 50

/** Those that don't fit share one. */
function writeArrows(
  page: Exposition,
  arrows: readonly (ArrowCount & { readonly pipeline: string })[],
  most: number,
): void {
  const room = Math.max(1, most - page.series)
  const shown = arrows.length <= room ? arrows : arrows.slice(0, room - 1)
  const rest = arrows.slice(shown.length)
  const samples = shown.map(({ pipeline, from, to, messages }): Sample => [{ pipeline, from, to }, messages])
  if (rest.length > 0)
    samples.push([
      { pipeline: OTHERS, from: OTHERS, to: OTHERS },
      rest.reduce((sum, { messages }) => sum + messages, 0),
    ])
  page.counter('ganglion_arrow_messages_total', 'Messages along each arrow of A', samples)
}

/** Series that a stage takes besides its histograms. */
const STAGE_SERIES = 4

function writeStages(page: Exposition, meters: Meters, most: number): void {
  const room = most - page.series
  const buckets = meters.stages.size * (2 * HISTOGRAM_SERIES + STAGE_SERIES) <= room
  const fit = Math.max(1, Math.floor(room / (STAGE_SERIES + 4)))
  const all = [...meters.stages]
  const shown = buckets || all.length <= fit ? all : [...all.slice(0, fit - 1), sumOf(all.slice(fit - 1))]
  const named = shown.map(([name, meter]): [Labels, StageMeter] => {
    const at = name.indexOf('/')
    return [{ pipeline: name.slice(0, Math.max(0, at)) || OTHERS, stage: name.slice(at + 1) }, meter]
  })
  const of = (pick: (meter: StageMeter) => Histogram) =>
    named.map(([labels, meter]) => [labels, pick(meter)] as const)
  page.histogram(
    'ganglion_stage_queue_seconds',
    'Wait in the mailbox of a stage',
    of(({ queue }) => queue),
    buckets,
  )
  page.histogram(
    'ganglion_stage_run_seconds',
    'From the first attempt to the end',
    of(({ run }) => run),
    buckets,
  )
  const counts = (pick: (meter: StageMeter) => number) =>
    named.map(([labels, meter]): Sample => [labels, pick(meter)])
  page.counter(
    'ganglion_stage_cpu_seconds_total',
    'Time on the main thread',
    counts(({ cpuMs }) => seconds(cpuMs)),
  )
  page.counter(
    'ganglion_stage_attempts_total',
    'Attempts',
    counts(({ attempts }) => attempts),
  )
  page.counter(
    'ganglion_stage_ended_total',
    'Messages that ended well',
    counts(({ ended }) => ended),
  )
  page.counter(
    'ganglion_stage_lost_total',
    'Messages that were lost',
    counts(({ lost }) => lost),
  )
}

function sumOf(all: readonly (readonly [string, StageMeter])[]): [string, StageMeter] {
  const sum = new StageMeter()
  for (const [, meter] of all) {
    for (const key of ['cpuMs', 'ended', 'lost', 'attempts'] as const) sum[key] += meter[key]
    for (const key of ['queue', 'run'] as const) sum[key].add(meter[key])
  }
  return [`${OTHERS}/${OTHERS}`, sum]
}
