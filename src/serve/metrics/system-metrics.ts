import { demand, flag } from '../../kernel/demand.ts'
import { type LoopDelay, loopDelay } from '../../kernel/loop-delay.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import { wholeNumber } from '../../kernel/whole-number.ts'
import type { Hop } from '../../message/header.ts'
import type { RunningPipeline } from '../../pipeline/control/running-pipeline.ts'
import type { RuntimeEvent } from '../../ports/events.ts'
import type { ActorSystem } from '../../system/actor-system.ts'
import { ByName, Counts, StageMeter } from './counts.ts'
import { Exposition } from './exposition.ts'
import { writeEngine, writeProcess, writeSystem } from './families.ts'
import { Histogram } from './histogram.ts'
import { writePipelines } from './pipeline-families.ts'
import { type Source, sourceOf } from './source.ts'

/** Numbers about a system, as text for Prometheus. */
export interface Metrics {
  /** The format 0.0.4 (`text/plain; version=0.0.4`). */
  text(): Promise<string>
  /** Stops listening. */
  stop(): void
}

/** What is shown of a pipeline. */
export type ShownPipeline = Pick<RunningPipeline<never, unknown>, 'name' | 'load' | 'processors' | 'arrows'>

/** What metrics cover, and how much of it. */
export interface MetricsOptions {
  /** Pipelines whose load is shown besides their runs. */
  readonly pipelines?: Iterable<ShownPipeline>
  /** Whether the engine's counters are shown from the start, which makes it. Default: once a run has used a model. */
  readonly engine?: boolean
  /** Most series: beyond it stages show sums and counts in place of buckets, and then the last share one. Default 500. */
  readonly series?: number
}

const PIPELINES_MAX = 16
const STAGES_MAX = 100

/** Everything that events tell, between two looks. */
export class Meters {
  readonly started = new Counts(['pipeline'], PIPELINES_MAX)
  readonly ended = new Counts(['pipeline', 'outcome'], PIPELINES_MAX * 7)
  readonly refused = new Counts(['pipeline'], PIPELINES_MAX)
  readonly restarts = new Counts(['path'], 32)
  readonly retries = new Counts(['path'], 32)
  readonly unread = new Counts(['record'], 8)
  readonly moves = new Counts(['pipeline', 'why'], 32)
  readonly workers = new Counts(['state'], 8)
  readonly runs = new ByName(() => new Histogram(), PIPELINES_MAX)
  /** By `pipeline/stage`. */
  readonly stages = new ByName(() => new StageMeter(), STAGES_MAX)
  /** Queue and compute by model; the run histogram holds the rows of batches, as ms. */
  readonly models = new ByName(() => new StageMeter(), 16)
  readonly batchRows = new ByName(() => ({ sum: 0, count: 0 }), 16)
  /** The same by pipeline, then stage; bounded. */
  readonly #meters = new Map<string, Map<string, StageMeter>>()
  /** What an engine exists of: none is made for a look. */
  readonly withEngine: Set<Source>

  constructor(withEngine: Iterable<Source>) {
    this.withEngine = new Set(withEngine)
  }

  hear(event: RuntimeEvent, source: Source): void {
    if (event.type === 'run-started') this.started.add([event.pipeline])
    else if (event.type === 'run-ended') {
      this.ended.add([event.pipeline, event.outcome])
      this.runs.of(event.pipeline).observe(event.ms)
      for (const hop of event.hops) this.#hop(event.pipeline, hop, source)
    } else if (event.type === 'step-ended') this.#hop(event.pipeline, event.hop, source)
    else if (event.type === 'run-refused') this.refused.add([event.pipeline])
    else if (event.type === 'restart') this.restarts.add([event.path])
    else if (event.type === 'retry') this.retries.add([event.path])
    else if (event.type === 'unread') this.unread.add([event.record])
    else if (event.type === 'limit') this.moves.add([event.pipeline, event.why])
    else if (event.type === 'worker') {
      this.workers.add([event.state])
      this.withEngine.add(source)
    } else if (event.type === 'model') this.withEngine.add(source)
  }

  /** Found without making a key of the two names. */
  #stage(pipeline: string, processor: string): StageMeter {
    const known = this.#meters.get(pipeline)?.get(processor)
    if (known !== undefined) return known
    const stage = this.stages.of(`${pipeline}/${processor}`)
    const all = this.#meters.get(pipeline) ?? new Map<string, StageMeter>()
    if (this.#meters.size < PIPELINES_MAX && all.size < STAGES_MAX)
      this.#meters.set(pipeline, all.set(processor, stage))
    return stage
  }

  #hop(pipeline: string, hop: Hop, source: Source): void {
    const stage = this.#stage(pipeline, hop.processor)
    stage.queue.observe(hop.queueMs)
    // What never began took no time, and would only thin out the times of the others.
    if (hop.attempt > 0) stage.run.observe(hop.runMs)
    stage.cpuMs += hop.cpuMs
    stage.attempts += hop.attempt
    if (hop.outcome === 'dead-lettered') stage.lost += 1
    else stage.ended += 1
    if (hop.inference === undefined) return
    this.withEngine.add(source)
    for (const { model, rows, batchSize, queueMs, computeMs } of hop.inference) {
      const meter = this.models.of(model)
      meter.queue.observe(queueMs)
      meter.run.observe(computeMs)
      meter.ended += rows
      if (batchSize === 0) continue
      const batch = this.batchRows.of(model)
      batch.sum += batchSize
      batch.count += 1
    }
  }
}

/**
 * Numbers about a system and its pipelines. It listens to `system.events` and reads counters when it is asked: a message costs
 * nothing more, a run two events.
 *
 * @throws InvalidArgumentError (`invalid-argument`)
 */
export function createMetrics(system: ActorSystem, options: MetricsOptions = {}): Metrics {
  demand(
    system,
    'system',
    'a system of createSystem',
    (given) => typeof given.events.subscribe === 'function',
  )
  onlyOptions(options, 'createMetrics', ['pipelines', 'series', 'engine'])
  const { pipelines = [], series } = options
  demand(
    pipelines,
    'createMetrics.pipelines',
    'a list of running pipelines',
    (given) => typeof given[Symbol.iterator] === 'function' && typeof given !== 'string',
  )
  const source = sourceOf(system)
  return metricsOver([source], {
    pipelines: () => [...pipelines],
    withEngine: flag(options.engine, 'createMetrics.engine') ? [source] : [],
    ...(series === undefined ? {} : { series: wholeNumber(series, 'createMetrics.series') }),
  })
}

/** The same over several, whose numbers are added: a service may serve teams that bring systems along. */
export function metricsOver(
  sources: readonly Source[],
  options: {
    /** Asked at each look, since a team that reads its folder again has others then. */
    readonly pipelines: () => readonly ShownPipeline[]
    readonly withEngine: readonly Source[]
    readonly series?: number
  },
): Metrics {
  const { pipelines, withEngine, series = 500 } = options
  const meters = new Meters(withEngine)
  const subscriptions = sources.map((one) => one.events.subscribe((event) => meters.hear(event, one)))
  const delay: LoopDelay = loopDelay()
  return {
    async text() {
      const page = new Exposition()
      writeProcess(page, delay.look())
      writeSystem(
        page,
        sources.flatMap((one) => one.systems()),
        meters,
      )
      const having = [...meters.withEngine].flatMap((one) => one.systems())
      await writeEngine(page, having, meters)
      writePipelines(page, pipelines(), meters, series)
      return page.toString()
    },
    stop() {
      for (const unsubscribe of subscriptions) unsubscribe()
      delay.stop()
    },
  }
}
