import type { InferenceStats } from '../../inference/engine.ts'
import type { LoopDelay } from '../../kernel/loop-delay.ts'
import type { ArrowCount } from '../../pipeline/run/layout.ts'
import type { ActorSystem } from '../../system/actor-system.ts'
import { OTHERS, StageMeter } from './counts.ts'
import { type Exposition, HISTOGRAM_SERIES, type Labels, type Sample } from './exposition.ts'
import type { Histogram } from './histogram.ts'
import type { Meters, MetricsOptions } from './system-metrics.ts'

const seconds = (ms: number): number => ms / 1000

export function writeProcess(page: Exposition, delay: ReturnType<LoopDelay['look']>): void {
  const { rss, heapUsed } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  page.counter('process_cpu_seconds_total', 'CPU time of the process', [[{}, (user + system) / 1e6]])
  page.gauge('process_resident_memory_bytes', 'Memory of the process', [[{}, rss]])
  page.gauge('nodejs_heap_used_bytes', 'Heap in use', [[{}, heapUsed]])
  page.gauge('ganglion_event_loop_delay_seconds', 'How late the event loop was since the last look', [
    [{ of: 'mean' }, seconds(delay.mean)],
    [{ of: 'p99' }, seconds(delay.p99)],
    [{ of: 'max' }, seconds(delay.max)],
  ])
}

const KINDS_MAX = 32

export function writeSystem(page: Exposition, system: ActorSystem, meters: Meters): void {
  const { accepted, inFlight, balanced, retried, deadLettered, ...ends } = system.ledger()
  page.counter('ganglion_messages_accepted_total', 'Messages that a mailbox has taken', [[{}, accepted]])
  page.counter(
    'ganglion_messages_ended_total',
    'Messages that ended well, by how',
    (['handled', 'answered', 'merged', 'forwarded'] as const).map((how) => [{ how }, ends[how]]),
  )
  page.counter(
    'ganglion_dead_letters_total',
    'Messages that were lost, by reason',
    Object.entries(deadLettered).map(([reason, count]) => [{ reason }, count]),
  )
  page.counter('ganglion_messages_retried_total', 'Attempts after the first', [[{}, retried]])
  page.gauge('ganglion_messages_in_flight', 'Messages that have not ended', [[{}, inFlight]])
  page.gauge('ganglion_ledger_balanced', '1 if every accepted message is accounted for', [
    [{}, balanced ? 1 : 0],
  ])
  page.counter('ganglion_restarts_total', 'Restarts by actor or stage', meters.restarts.samples())
  page.counter('ganglion_retries_total', 'Retries by actor or stage', meters.retries.samples())
  const kinds = system.kinds().sort((a, b) => b.messages - a.messages || b.actors - a.actors)
  const shown = kinds.slice(0, KINDS_MAX)
  const ofKind = (of: (one: (typeof kinds)[number]) => number): Sample[] =>
    shown.map((one) => [{ kind: one.kind }, of(one)])
  page.gauge(
    'ganglion_actors',
    'Running actors by definition',
    ofKind(({ actors }) => actors),
  )
  page.gauge(
    'ganglion_mailbox_messages',
    'Messages of actors by definition',
    ofKind(({ messages }) => messages),
  )
  page.gauge(
    'ganglion_mailbox_messages_most',
    'Messages of the fullest actor',
    ofKind(({ most }) => most),
  )
}

/** Counters of the engine, if there is one. */
export async function writeEngine(page: Exposition, system: ActorSystem, meters: Meters): Promise<void> {
  page.counter('ganglion_worker_events_total', 'Workers that started, died …', meters.workers.samples())
  if (!meters.hasEngine) return
  const engine = (await system.inference()) as { stats?: () => InferenceStats }
  const stats = engine.stats?.()
  if (stats === undefined) return
  page.gauge('ganglion_workers', 'Workers that run models', [[{}, stats.workers]])
  page.gauge('ganglion_inference_queued_rows', 'Rows that wait for a worker', [[{}, stats.queued]])
  page.counter('ganglion_worker_deaths_total', 'Workers that died', [[{}, stats.workerDeaths]])
  page.counter('ganglion_workers_recycled_total', 'Workers that were recycled', [[{}, stats.workersRecycled]])
  const models = Object.entries(stats.models)
  const of = (pick: (one: (typeof models)[number][1]) => number): Sample[] =>
    models.map(([model, totals]) => [{ model }, pick(totals)])
  page.counter(
    'ganglion_model_rows_total',
    'Rows computed',
    of(({ rows }) => rows),
  )
  page.counter(
    'ganglion_model_batches_total',
    'Batches computed',
    of(({ batches }) => batches),
  )
  page.counter(
    'ganglion_model_compute_seconds_total',
    'Compute time',
    of(({ computeMs }) => seconds(computeMs)),
  )
  page.counter(
    'ganglion_model_cache_hits_total',
    'Rows from the cache',
    of(({ cacheHits }) => cacheHits),
  )
  page.counter(
    'ganglion_model_coalesced_total',
    'Rows that shared another row',
    of(({ coalesced }) => coalesced),
  )
  page.gauge(
    'ganglion_model_fill_ratio',
    'Share of computed places without padding',
    of(({ fill }) => fill),
  )
  page.counter(
    'ganglion_model_rejected_rows_total',
    'Rows that failed, by code',
    models.flatMap(([model, { rejected }]) =>
      Object.entries(rejected).map(([code, rows]): Sample => [{ model, code }, rows]),
    ),
  )
  const named = [...meters.models].map(([model, meter]) => [{ model }, meter] as const)
  page.histogram(
    'ganglion_model_queue_seconds',
    'Wait of a call for its model',
    named.map(([labels, { queue }]) => [labels, queue]),
  )
  page.histogram(
    'ganglion_model_run_seconds',
    'Compute time of a call',
    named.map(([labels, { run }]) => [labels, run]),
  )
  page.gauge(
    'ganglion_model_batch_rows',
    'Mean rows of the batch that a call ran in',
    [...meters.batchRows].map(([model, { sum, count }]) => [{ model }, sum / count]),
  )
}

type Shown = NonNullable<MetricsOptions['pipelines']> extends Iterable<infer P> ? P : never

export function writePipelines(
  page: Exposition,
  pipelines: readonly Shown[],
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
  const of = (pick: (load: ReturnType<Shown['load']>) => number): Sample[] =>
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
