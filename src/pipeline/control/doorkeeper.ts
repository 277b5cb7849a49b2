import { isA } from '../../kernel/errors.ts'
import type { Hop } from '../../message/header.ts'
import type { Host } from '../../ports/host.ts'
import { Door, type DoorOwner, type Refusal } from '../admission/door.ts'
import { type LimitChange, type PipelineLoad, Tally } from '../admission/load.ts'
import { OverloadedError, PipelineDeadlineError } from '../errors.ts'
import type { Plan } from '../plan/plan.ts'
import type { PipelineRun } from '../run/run.ts'
import { stepEnded } from './run-events.ts'

/** The doorkeeper's actions on the runs of its pipeline. */
interface Runs {
  /** A run that waited begins. */
  begin(run: PipelineRun): void
  fail(run: PipelineRun, error: unknown): void
  /** So many wait and may be in flight; optional branches go by it. */
  pressed(waiting: number, limit: number, meanMs: number, now: number): void
}

/** Keeps the door of a pipeline: lets runs in, refuses them, counts their outcomes, and reports them in events. */
export class Doorkeeper implements DoorOwner<PipelineRun> {
  /** Undefined if every run begins at once. */
  readonly door: Door<PipelineRun> | undefined
  readonly #pipeline: string
  readonly #maxInFlight: number
  readonly #host: Host
  readonly #runs: Runs
  readonly #tally = new Tally()
  #lettingIn = false
  /** Runs that have begun so far. */
  #begun = 0

  /** `width`: as many runs in flight wait for no other at any step. It changes with the plan. */
  constructor(
    plan: Plan,
    admission: Plan['admission'],
    width: { readonly runs: number },
    host: Host,
    runs: Runs,
  ) {
    this.#pipeline = plan.name
    this.#maxInFlight = plan.maxInFlight
    this.#host = host
    this.#runs = runs
    this.door = admission === undefined || admission === false ? undefined : new Door(admission, this, width)
  }

  /** The error for a run that is refused on arrival. */
  overloaded(
    timeoutMs: number,
    refusal: Refusal,
    tenant: string | undefined,
    input: unknown,
  ): OverloadedError {
    this.#tally.refused += 1
    this.#announce(refusal, tenant)
    return new OverloadedError(this.#pipeline, timeoutMs, refusal, input)
  }

  /** A waiting run leaves. */
  refused(run: PipelineRun, refusal: Refusal): void {
    this.#tally.refusedWaiting += 1
    this.#announce(refusal, run.tenant)
    run.begin = undefined
    this.#runs.fail(run, new OverloadedError(this.#pipeline, timeoutOf(run), refusal, run.input))
  }

  /** It is time to look at a waiting run. When it is again, if it still waits; else it has begun, or is refused. */
  late(run: PipelineRun): number | undefined {
    const { door } = this
    if (door === undefined) return undefined
    const now = this.#host.kernel.clock.monotonic()
    if (door.isLate(run, now)) this.refused(run, door.refusalOf(run, now))
    else this.letIn()
    return run.begin === undefined ? undefined : door.lastCall(run, now)
  }

  /** Runs have ended: waiting ones begin, as far as there is room. */
  letIn(): void {
    const { door } = this
    // A run that begins may settle at once, and come here again.
    if (door === undefined || this.#lettingIn || door.room.size === 0) return
    this.#lettingIn = true
    try {
      const now = this.#host.kernel.clock.monotonic()
      for (let run = door.next(now); run !== undefined; run = door.next(now)) this.#runs.begin(run)
    } finally {
      this.#lettingIn = false
    }
  }

  moved({ from, to, why, at }: LimitChange): void {
    const { events } = this.#host
    if (events.active) events.emit({ type: 'limit', at, pipeline: this.#pipeline, from, to, why })
  }

  /** Its first parcels are sent now. */
  begins(run: PipelineRun): void {
    this.#begun += 1
    run.turn = this.#begun
  }

  /** A run has settled. */
  ended(run: PipelineRun, now: number, error: unknown): void {
    const { door } = this
    if (door === undefined || !Number.isNaN(run.begunAt)) {
      const kind = error === undefined ? this.#tally.answered : this.#tally.wasted
      kind.runs += 1
      kind.ms += run.costMs
      kind.rows += run.rows
      if (isA(error, PipelineDeadlineError)) this.#tally.expired += 1
    }
    if (door === undefined) return
    door.ended(run, now, error === undefined)
    if (run.layout.optional) this.#runs.pressed(door.room.size, door.limit, door.times.mean, now)
  }

  /** A step of a run that had settled has ended. */
  worked(run: PipelineRun, hop: Hop): void {
    const { runMs, inference = [] } = hop
    const kind = run.error === undefined ? this.#tally.answered : this.#tally.wasted
    kind.ms += runMs
    for (const { rows } of inference) kind.rows += rows
    const { events, kernel } = this.#host
    // While its asker has not been told, `run-ended` is still to come and has the hop.
    if (run.resolve !== undefined || !events.active) return
    events.emit(stepEnded(this.#pipeline, run, hop, kernel.clock.monotonic()))
  }

  load(inFlight: number): PipelineLoad {
    const { answered, wasted, expired, refused, refusedWaiting } = this.#tally
    const { door } = this
    const by = door === undefined ? [] : [...door.room.waiting()]
    return {
      inFlight,
      waiting: door?.room.size ?? 0,
      waitingBy: Object.fromEntries(by.map(([tenant = '', waiting]) => [tenant, waiting])),
      limit: door?.limit ?? this.#maxInFlight,
      ...(door?.moved === undefined ? {} : { moved: door.moved }),
      serviceMs: { mean: door?.times.mean ?? Number.NaN, most: door?.times.atMost(door.limit) ?? Number.NaN },
      answered: { ...answered },
      wasted: { ...wasted },
      expired,
      refused,
      refusedWaiting,
    }
  }

  #announce({ estimate, retryAfter }: Refusal, tenant: string | undefined): void {
    const { events, kernel } = this.#host
    if (!events.active) return
    const at = kernel.clock.monotonic()
    const whose = tenant === undefined ? {} : { tenant }
    events.emit({ type: 'run-refused', at, pipeline: this.#pipeline, ...whose, estimate, retryAfter })
  }
}

/** The time it was allowed, without the rounding of additions and subtractions. */
export function timeoutOf({ startedAt, deadline }: PipelineRun): number {
  return Math.round((deadline - startedAt) * 1000) / 1000
}
