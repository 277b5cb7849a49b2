import { aFilledText, methods } from '../../kernel/demand.ts'
import { timeLimit } from '../../kernel/durations.ts'
import { type Known, onlyOptions } from '../../kernel/only-options.ts'
import { wholeNumber } from '../../kernel/whole-number.ts'
import { checkTraceParent } from '../../message/trace-parent.ts'
import type { Store } from '../../ports/store.ts'
import { CheckpointError, type OverloadedError } from '../errors.ts'
import { checkOptions } from './call-options.ts'
import { foundRuns } from './found-runs.ts'
import { RecordKeeper } from './record-keeper.ts'
import { decodeRun, EarlierError, failure, type Outcome, type RunRecord } from './run-record.ts'
import type { RunStarter } from './run-starter.ts'
import type { DurableAskOptions, DurableRuns, DurableRunsOptions, UnreadRun } from './running-pipeline.ts'

const ASK_OPTIONS: Known = {
  timeout: true,
  tenant: true,
  priority: true,
  orderKey: true,
  trace: true,
} satisfies { [K in keyof DurableAskOptions]-?: true }
const KEPT = 10_000
/** A frame of a pipeline with other steps, or of another release. */
const STALE: ReadonlySet<unknown> = new Set(['checkpoint-mismatch', 'checkpoint-version'])
/** No store will ever take such an outcome. */
const UNKEEPABLE: ReadonlySet<unknown> = new Set(['not-serializable', 'journal-too-large'])

/**
 * The runs of a pipeline that outlive its process, by key in a store:
 *
 *     ask ─▶ record ─ flushed ─▶ run ─┬─▶ answered, failed ─▶ record ─ flushed ─▶ the caller
 *                                     └─▶ waits for a person ─▶ record with a frame; so does each answer
 *     the next process ─▶ records that are open ─▶ claimed ─▶ from its frame, or from its input
 */
export class KeptRuns<I, O> implements DurableRuns<I, O> {
  readonly #runs: RunStarter
  readonly #store: Store
  readonly #prefix: string
  readonly #keep: number
  readonly #owner: string
  /** Outcomes of those that run here. */
  readonly #open = new Map<string, Promise<O>>()
  /** Of those whose outcome the store did not take: writes it again. */
  readonly #unwritten = new Map<string, () => Promise<O>>()
  /** Those that have ended, oldest first. */
  readonly #ended: string[] = []
  /** Of an earlier process, and what keeps them from being read. */
  readonly #unread = new Map<string, CheckpointError>()

  constructor(runs: RunStarter, store: Store, options: DurableRunsOptions) {
    onlyOptions(options, `${runs.name}.durable`, ['keep'])
    const { keep = KEPT } = options
    this.#runs = runs
    methods(store, `${runs.name}.durable`, 'a store', ['get', 'list', 'commit', 'flushed'])
    this.#store = store
    this.#prefix = `${runs.name}/`
    this.#keep = wholeNumber(keep, `${runs.name}.durable.keep`, 0)
    this.#owner = runs.kernel.ids.unique()
  }

  /** Goes on with every run that an earlier process left open. */
  async recover(): Promise<this> {
    const found = await foundRuns(this.#store, this.#prefix)
    for (const { key, error } of found.unread) this.#isUnread(key, error)
    const open: { readonly key: string; readonly keeper: RecordKeeper }[] = []
    for (const { key, value, record } of found.open) {
      const keeper = this.#keeperOf(key, { ...record, owner: this.#owner })
      if (await keeper.claims(value)) open.push({ key, keeper })
    }
    await this.#store.flushed()
    for (const key of found.ended) this.#ended.push(key)
    for (const { key, keeper } of open)
      this.#follow(key, this.#settled(key, keeper, this.#again(key, keeper)))
    return this
  }

  #isUnread(key: string, error: CheckpointError): void {
    this.#unread.set(key, error)
    this.#runs.unread(key, error)
  }

  ask(key: string, input: I, options: DurableAskOptions = {}): Promise<O> {
    try {
      aFilledText(key, `${this.#runs.name}.ask`, 'a key')
      checkOptions(this.#runs.name, options, ASK_OPTIONS)
      const { timeout, trace } = options
      if (timeout !== undefined) timeLimit(timeout, 'timeout')
      if (trace !== undefined) checkTraceParent(trace, `${this.#runs.name}.trace`)
      return this.#here(key) ?? this.#follow(key, this.#first(key, input, options))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async outcome(key: string): Promise<O | undefined> {
    aFilledText(key, `${this.#runs.name}.outcome`, 'a key')
    const here = this.#here(key)
    if (here !== undefined) return here
    const bytes = await this.#store.get(this.#prefix + key)
    return bytes === undefined ? undefined : this.#outcomeOf(key, bytes)
  }

  keys(): readonly string[] {
    return [...this.#open.keys(), ...this.#unwritten.keys()]
  }

  unread(): readonly UnreadRun[] {
    return [...this.#unread].map(([key, error]) => ({ key, error }))
  }

  /** The outcome of a run of this process that is not durable yet. */
  #here(key: string): Promise<O> | undefined {
    const again = this.#unwritten.get(key)
    if (again === undefined) return this.#open.get(key)
    this.#unwritten.delete(key)
    return this.#follow(key, again())
  }

  #follow(key: string, outcome: Promise<O>): Promise<O> {
    this.#open.set(key, outcome)
    const left = (): void => {
      this.#open.delete(key)
    }
    // Nobody may be waiting for it.
    outcome.then(left, left)
    return outcome
  }

  async #first(key: string, input: I, options: DurableAskOptions): Promise<O> {
    const known = await this.#store.get(this.#prefix + key)
    if (known !== undefined) return this.#outcomeOf(key, known)
    const { timeout, ...rest } = options
    const given = timeout === undefined ? this.#runs.timeoutMs : timeLimit(timeout, 'timeout')
    const { input: checked, timeoutMs } = await this.#runs.check(input, given)
    const keeper = this.#keeperOf(key, {
      state: 'open',
      owner: this.#owner,
      input,
      options: rest,
      dueAt: timeoutMs === Number.POSITIVE_INFINITY ? null : this.#runs.kernel.clock.now() + timeoutMs,
    })
    const asked = { ...rest, idempotencyKey: key }
    const run = this.#runs.open({ input: checked, timeoutMs, options: asked, keeper })
    // Nobody hears of it before it is durable.
    await keeper.begins()
    return this.#settled(key, keeper, this.#runs.begin(run), false)
  }

  #keeperOf(key: string, record: RunRecord): RecordKeeper {
    return new RecordKeeper({ store: this.#store, key: this.#prefix + key }, record, this.#runs)
  }

  /** A run of an earlier process, from its frame. A pipeline with other steps begins it again. */
  async #again(key: string, keeper: RecordKeeper): Promise<unknown> {
    const { frame } = keeper.record
    if (frame === undefined) return this.#anew(key, keeper)
    try {
      return await this.#runs.resume(frame, this.#leftOf(keeper), keeper)
    } catch (error) {
      if (!STALE.has((error as { code?: unknown }).code)) throw error
    }
    return this.#anew(key, keeper)
  }

  /** From its input. It was accepted, so it waits for its turn as long as it has time. */
  async #anew(key: string, keeper: RecordKeeper): Promise<unknown> {
    const { input, options } = keeper.record
    const { input: checked } = await this.#runs.check(input, this.#leftOf(keeper))
    const asked = { ...options, idempotencyKey: key }
    for (;;) {
      try {
        const timeoutMs = this.#leftOf(keeper)
        return await this.#runs.begin(this.#runs.open({ input: checked, timeoutMs, options: asked, keeper }))
      } catch (error) {
        const { code, retryAfter } = error as OverloadedError
        if (code !== 'overloaded' || this.#leftOf(keeper) <= 0) throw error
        const { timers } = this.#runs.kernel
        await new Promise<void>((resolve) => timers.after(retryAfter, resolve, undefined, true))
      }
    }
  }

  #leftOf({ record: { dueAt } }: RecordKeeper): number {
    return dueAt === null ? Number.POSITIVE_INFINITY : Math.max(0, dueAt - this.#runs.kernel.clock.now())
  }

  /** Writes the outcome, and tells it once that is durable. */
  async #settled(key: string, keeper: RecordKeeper, outcome: Promise<unknown>, again = true): Promise<O> {
    let end: Outcome
    let error: unknown
    try {
      end = { state: 'answered', value: await outcome }
    } catch (thrown) {
      // What fails while the pipeline stops may have failed for that: the next process goes on with it.
      if (!this.#runs.accepting()) throw thrown
      if ((thrown as { code?: unknown }).code === 'overloaded') {
        // It never began. One that was accepted by an earlier process waits on.
        if (!again) await keeper.forget()
        throw thrown
      }
      if (again && (thrown as { code?: unknown }).code === 'checkpoint-damaged') {
        // Its frame can't be read: the record stays as it is.
        this.#isUnread(key, thrown as CheckpointError)
        throw thrown
      }
      error = thrown
      end = failure(thrown)
    }
    return this.#end(key, keeper, end, error)
  }

  async #end(key: string, keeper: RecordKeeper, end: Outcome, error: unknown): Promise<O> {
    try {
      await keeper.end(end, this.#runs.kernel.clock.now())
    } catch (thrown) {
      const { code } = thrown as { code?: unknown }
      if (UNKEEPABLE.has(code) && end.state === 'answered')
        return this.#end(key, keeper, failure(thrown), thrown)
      // Its steps have run: whoever asks again gets this outcome, once there is room for it. After a conflict another process has it.
      if (code !== 'store-conflict') this.#unwritten.set(key, () => this.#end(key, keeper, end, error))
      throw thrown
    }
    this.#ended.push(key)
    await this.#clean()
    if (end.state === 'failed') throw error
    return end.value as O
  }

  async #clean(): Promise<void> {
    const old = this.#ended.splice(0, Math.max(0, this.#ended.length - this.#keep))
    if (old.length > 0)
      await this.#store.commit(old.map((key) => ({ key: this.#prefix + key, value: undefined })))
  }

  async #outcomeOf(key: string, bytes: Uint8Array): Promise<O> {
    const record = decodeRun(this.#prefix + key, bytes)
    if (record.state === 'answered') return record.value as O
    if (record.state === 'failed') throw new EarlierError(record.errors ?? [])
    const unread = this.#unread.get(key)
    if (unread !== undefined) throw unread
    throw new CheckpointError('checkpoint-taken', `the durable run '${key}' is open elsewhere`, {
      path: key,
      value: record.owner,
      remedy: 'Ask where it runs, or call running.durable(store) again once that process has ended',
    })
  }
}
