import { demand } from '../../src/kernel/demand.ts'
import { given } from '../../src/kernel/given.ts'
import type { RunningPipeline } from '../../src/pipeline/control/running-pipeline.ts'
import { weightsInto } from '../../src/routing/weights-into.ts'
import { type ActorSystem, createSystem } from '../../src/system/actor-system.ts'
import { Courier } from './alerting/courier.ts'
import type { Sink } from './alerting/sink.ts'
import { webhook } from './alerting/webhook.ts'
import { type Encoder, encoderFor } from './encoder.ts'
import { taught } from './learning.ts'
import { checkMonitor, type OpinionMonitorOptions } from './monitor-options.ts'
import { MOODS, type Mood } from './reading/mood.ts'
import type { Reading } from './reading/reading.ts'
import { readWeights } from './reading/weights.ts'
import { checked, type StreamHeadline } from './stream-headline.ts'
import { opinionReaders } from './team.ts'
import type { Alert } from './watching/alert.ts'
import { Desk, type DeskCounts, type EntityWindow, type Taken } from './watching/desk.ts'
import { deskGuard } from './watching/guard.ts'
import { watchSettings } from './watching/settings.ts'
import type { Topic } from './watching/topics.ts'

/** What became of a headline of the stream: read and taken, or why not. */
export type Watched =
  | {
      readonly headline: StreamHeadline
      readonly reading: Reading
      readonly taken: Taken
      readonly error?: undefined
    }
  | {
      readonly headline: StreamHeadline
      readonly reading?: undefined
      readonly taken?: undefined
      readonly error: Error
    }

/** The state of the watch. */
export interface OpinionReport extends Omit<DeskCounts, 'windows'> {
  /** Windows closed so far. */
  readonly closed: number
  /** Headlines that could not be read. */
  readonly failed: number
  /** Alerts that a sink has not accepted yet. */
  readonly undelivered: number
  readonly alerts: readonly Alert[]
  /** The latest closed windows by entity. */
  readonly windows: readonly EntityWindow[]
  readonly topics: readonly Topic[]
  /** How much each scorer counts. */
  readonly weights: Readonly<Record<string, number>>
  /** Name of the encoder; absent: the team reads without one. */
  readonly encoder?: string
}

/** A running opinion monitor. */
export interface OpinionMonitor extends AsyncDisposable {
  /** Reads one headline, without counting it into a window. Rejects as `RunningPipeline.ask`. */
  read(title: string, entities?: readonly string[]): Promise<Reading>
  /**
   * Reads headlines as they come and counts each into its window. Each gives one result, in the order of the stream; one that is no
   * headline gives an InvalidArgumentError (`invalid-argument`) that names its field.
   */
  watch(headlines: AsyncIterable<StreamHeadline> | Iterable<StreamHeadline>): AsyncIterableIterator<Watched>
  /** Says that event time has come to `at`: closes the windows that this ends, where a stream pauses. */
  advance(at: number): Promise<void>
  /** Closes every window, as at the end of a stream, and waits until the alerts are delivered or have used up their attempts. */
  close(): Promise<void>
  /** The watch as it is now: counts, alerts, windows, topics, weights. */
  report(): OpinionReport
  /**
   * Sets how much some scorers count; the others stay.
   *
   * @throws RoutingMatrixError (`routing-matrix`), InvalidArgumentError (`invalid-argument`) where no scorer would count
   */
  setWeights(weights: Readonly<Record<string, number>>): void
  /** Learns from a headline whose moods are known: scorers that were right gain weight. Resolves with the new weights. */
  teach(title: string, moods: Readonly<Record<string, Mood>>): Promise<Readonly<Record<string, number>>>
  /** Crashes one processor as a fault would; its supervisor restarts it. */
  kill(processor: string): void
  /** Stops the team and what it started. Idempotent. */
  stop(): Promise<void>
}

/**
 * Opens an opinion monitor: loads its weights and its encoder, starts the team. Without the encoder's package it reads without it
 * and says so (`onNotice`).
 *
 * Rejects with `OpinionMonitorError`, `InferenceError` for a named model that can't be loaded, or InvalidArgumentError.
 */
export async function openOpinionMonitor(options: OpinionMonitorOptions = {}): Promise<OpinionMonitor> {
  checkMonitor(options)
  const { kernel, onAlert, onNotice = () => {} } = options
  const settings = watchSettings(options.watch ?? {}, 'openOpinionMonitor.watch')
  const weights = readWeights(options.weights)
  const engine = await encoderFor(weights.encoder?.model, options, onNotice)
  const sinks: Sink[] = [
    ...(onAlert === undefined ? [] : [{ name: 'callback', send: (alert: Alert) => onAlert(alert) }]),
    ...(options.webhook === undefined ? [] : [webhook(options.webhook)]),
  ]
  const system = createSystem({
    name: 'opinion',
    ...(kernel === undefined ? {} : { kernel }),
    ...(engine === undefined ? {} : { inference: engine.inference }),
  })
  const plan = opinionReaders({
    weights,
    known: options.entities ?? [],
    ...given({ encoder: engine?.task, grace: options.grace }),
  })
  const running = await system.run(plan)
  const courier = await Courier.start(system, sinks)
  return new Monitor({ system, running, courier, desk: new Desk(settings), engine })
}

interface Parts {
  readonly system: ActorSystem
  readonly running: RunningPipeline<{ title: string; entities?: string[] | undefined }, Reading>
  readonly courier: Courier
  readonly desk: Desk
  readonly engine: Encoder | undefined
}

class Monitor implements OpinionMonitor {
  readonly #parts: Parts
  readonly #guard: ReturnType<typeof guardOf>
  #failed = 0
  #stopping: Promise<void> | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    this.#guard = guardOf(parts)
  }

  async read(title: string, entities?: readonly string[]): Promise<Reading> {
    await this.#parts.engine?.ready()
    return this.#parts.running.ask({ title, ...(entities === undefined ? {} : { entities: [...entities] }) })
  }

  async *watch(
    headlines: AsyncIterable<StreamHeadline> | Iterable<StreamHeadline>,
  ): AsyncIterableIterator<Watched> {
    const { running, desk, engine } = this.#parts
    await engine?.ready()
    const rows = checked(headlines)
    const job = running.askAll(rows, { ordered: true, timeout: '60s' })
    for await (const { input, value, error } of job) {
      const { headline, id, at, refusal } = input
      if (error !== undefined) {
        this.#failed += 1
        yield { headline, error: refusal ?? error }
        continue
      }
      const before = desk.alerts.length
      const taken = await this.#guard.ask('take', { id, at, title: headline.title, reading: value })
      if (desk.alerts.length > before) this.#parts.courier.carry(desk.alerts)
      yield { headline, reading: value, taken }
    }
  }

  async advance(at: number): Promise<void> {
    demand(at, 'advance.at', 'milliseconds since the epoch', Number.isFinite)
    await this.#guard.ask('advance', at)
    this.#parts.courier.carry(this.#parts.desk.alerts)
  }

  async close(): Promise<void> {
    await this.#guard.ask('close', undefined, { timeout: '60s' })
    this.#parts.courier.carry(this.#parts.desk.alerts)
    await this.#parts.courier.settled()
  }

  report(): OpinionReport {
    const { desk, courier, engine } = this.#parts
    const { windows: closed, ...taken } = desk.counts
    return {
      ...taken,
      closed,
      failed: this.#failed,
      undelivered: courier.due,
      alerts: [...desk.alerts],
      windows: [...desk.windows],
      topics: desk.topics,
      weights: this.#weights(),
      ...(engine === undefined ? {} : { encoder: engine.model }),
    }
  }

  setWeights(weights: Readonly<Record<string, number>>): void {
    demand(weights, 'setWeights.weights', 'weights that leave one scorer more than 0', (given) =>
      Object.values({ ...this.#weights(), ...given }).some((weight) => weight !== 0),
    )
    const changes = Object.entries(weights).flatMap(([name, weight]) => [
      [`${name}→vote`, weight],
      // A scorer that counts nothing is not asked either.
      [`entities→${name}`, weight === 0 ? 0 : 1],
    ])
    this.#parts.running.weights(Object.fromEntries(changes))
  }

  async teach(
    title: string,
    moods: Readonly<Record<string, Mood>>,
  ): Promise<Readonly<Record<string, number>>> {
    for (const [entity, mood] of Object.entries(moods))
      demand(mood, `moods.${entity}`, `one of ${MOODS.join(', ')}`, (given) => MOODS.includes(given))
    const { mentions } = await this.read(title, Object.keys(moods))
    const next = taught(this.#weights(), mentions, moods)
    this.setWeights(next)
    return next
  }

  kill(processor: string): void {
    this.#parts.running.kill(processor)
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #weights(): Record<string, number> {
    return weightsInto(this.#parts.running.matrix(), 'vote')
  }

  async #stop(): Promise<void> {
    await this.#parts.running.stop({ drain: '2s' })
    await this.#parts.courier.settled()
    await this.#parts.system.stop({ drain: 0 })
    await this.#parts.engine?.close()
  }
}

function guardOf({ system, desk }: Parts) {
  return system.spawn(deskGuard(desk), { name: 'desk' })
}
