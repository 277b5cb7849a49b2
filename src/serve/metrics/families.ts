import type { ModelTotals } from '../../inference/accounting.ts'
import type { InferenceStats } from '../../inference/engine.ts'
import type { LoopDelay } from '../../kernel/loop-delay.ts'
import type { ActorKind } from '../../system/actor/in-flight.ts'
import type { ActorSystem } from '../../system/actor-system.ts'
import type { LedgerSnapshot } from '../../system/dispatch/ledger.ts'
import type { Exposition, Sample } from './exposition.ts'
import type { Meters } from './system-metrics.ts'

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

export function writeSystem(page: Exposition, systems: readonly ActorSystem[], meters: Meters): void {
  const ledgers = systems.map((one) => one.ledger())
  const ofLedgers = (of: (one: LedgerSnapshot) => number): Sample[] => ledgers.map((one) => [{}, of(one)])
  page.counter(
    'ganglion_messages_accepted_total',
    'Messages that a mailbox has taken',
    ofLedgers(({ accepted }) => accepted),
  )
  page.counter(
    'ganglion_messages_ended_total',
    'Messages that ended well, by how',
    ledgers.flatMap((ledger) =>
      (['handled', 'answered', 'merged', 'forwarded'] as const).map((how): Sample => [{ how }, ledger[how]]),
    ),
  )
  page.counter(
    'ganglion_dead_letters_total',
    'Messages that were lost, by reason',
    ledgers.flatMap(({ deadLettered }) =>
      Object.entries(deadLettered).map(([reason, count]): Sample => [{ reason }, count]),
    ),
  )
  page.counter(
    'ganglion_messages_retried_total',
    'Attempts after the first',
    ofLedgers(({ retried }) => retried),
  )
  page.gauge(
    'ganglion_messages_in_flight',
    'Messages that have not ended',
    ofLedgers(({ inFlight }) => inFlight),
  )
  page.gauge('ganglion_ledger_balanced', '1 if every accepted message is accounted for', [
    [{}, ledgers.every(({ balanced }) => balanced) ? 1 : 0],
  ])
  page.counter('ganglion_restarts_total', 'Restarts by actor or stage', meters.restarts.samples())
  page.counter('ganglion_retries_total', 'Retries by actor or stage', meters.retries.samples())
  page.counter(
    'ganglion_unread_records_total',
    'Records of journals and stores that could not be read',
    meters.unread.samples(),
  )
  const kinds = kindsOf(systems).sort((a, b) => b.messages - a.messages || b.actors - a.actors)
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

/** The kinds of all systems, those of one name as one. */
function kindsOf(systems: readonly ActorSystem[]): ActorKind[] {
  const kinds = new Map<string, ActorKind>()
  for (const one of systems.flatMap((system) => system.kinds())) {
    const { actors = 0, messages = 0, most = 0 } = kinds.get(one.kind) ?? {}
    kinds.set(one.kind, {
      kind: one.kind,
      actors: actors + one.actors,
      messages: messages + one.messages,
      most: Math.max(most, one.most),
    })
  }
  return [...kinds.values()]
}

/** Counters of the engines, if there are any. */
export async function writeEngine(
  page: Exposition,
  having: readonly ActorSystem[],
  meters: Meters,
): Promise<void> {
  page.counter('ganglion_worker_events_total', 'Workers that started, died …', meters.workers.samples())
  if (having.length === 0) return
  const engines = new Set(await Promise.all(having.map((one) => one.inference())))
  const stats = [...engines].flatMap((one) => (one as { stats?: () => InferenceStats }).stats?.() ?? [])
  const ofEngines = (of: (one: InferenceStats) => number): Sample[] => stats.map((one) => [{}, of(one)])
  page.gauge(
    'ganglion_workers',
    'Workers that run models',
    ofEngines(({ workers }) => workers),
  )
  page.gauge(
    'ganglion_inference_queued_rows',
    'Rows that wait for a worker',
    ofEngines(({ queued }) => queued),
  )
  page.counter(
    'ganglion_worker_deaths_total',
    'Workers that died',
    ofEngines(({ workerDeaths }) => workerDeaths),
  )
  page.counter(
    'ganglion_workers_recycled_total',
    'Workers that were recycled',
    ofEngines(({ workersRecycled }) => workersRecycled),
  )
  writeModels(
    page,
    stats.flatMap(({ models }) => Object.entries(models)),
    meters,
  )
}

function writeModels(
  page: Exposition,
  models: readonly (readonly [string, ModelTotals])[],
  meters: Meters,
): void {
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
    // Samples of one model add up: each engine has its part in the mean.
    models.map(([model, { fill, batches }]) => [{ model }, fill * partOf(models, model, batches)]),
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

function partOf(models: readonly (readonly [string, ModelTotals])[], model: string, batches: number): number {
  const all = models.reduce((sum, [name, one]) => sum + (name === model ? one.batches : 0), 0)
  return all === 0 ? 1 : batches / all
}
