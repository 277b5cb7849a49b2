import type { RunKeeper } from '../run/keeper.ts'
import type { PipelineRun } from '../run/run.ts'
import { replaceStored, type Stored } from './checkpoint-store.ts'
import { encodeRun, type Outcome, type RunRecord } from './run-record.ts'
import type { RunStarter } from './run-starter.ts'

/** Keeps the record of one run true while it runs. */
export class RecordKeeper implements RunKeeper {
  /** As it was when it was opened here. */
  readonly record: RunRecord
  readonly #stored: Stored
  readonly #runs: RunStarter
  #bytes: Uint8Array

  constructor(stored: Stored, record: RunRecord, runs: RunStarter) {
    this.record = record
    this.#stored = stored
    this.#runs = runs
    this.#bytes = encodeRun(record)
  }

  begins(): Promise<void> {
    return replaceStored(this.#stored, undefined, this.#bytes)
  }

  /** Of several that find it open one goes on with it. It is durable after the next flush. */
  async claims(found: Uint8Array): Promise<boolean> {
    const { store, key } = this.#stored
    try {
      await store.commit([{ key, value: this.#bytes, expect: { value: found } }])
      return true
    } catch (error) {
      if ((error as { code?: unknown }).code === 'store-conflict') return false
      throw error
    }
  }

  /** Where it waits for a person alone, it goes on from there. Otherwise its last record stands. */
  waits(run: PipelineRun): void {
    // What fails here fails again at the answer, where somebody hears of it.
    this.#rests(run).catch(() => {})
  }

  async #rests(run: PipelineRun): Promise<void> {
    const frame = this.#runs.frameAtRest(run)
    if (frame !== undefined) await this.#write({ ...this.record, frame })
  }

  async answered(run: PipelineRun): Promise<void> {
    const frame = this.#runs.frameAtRest(run) ?? (await this.#runs.frameOf(run))
    await this.#write({ ...this.record, frame })
  }

  async end(end: Outcome, endedAt: number): Promise<void> {
    const { owner, input, options, dueAt } = this.record
    await this.#write({ owner, input, options, dueAt, endedAt, ...end })
  }

  forget(): Promise<void> {
    return replaceStored(this.#stored, this.#bytes, undefined)
  }

  async #write(record: RunRecord): Promise<void> {
    const before = this.#bytes
    const after = encodeRun(record)
    this.#bytes = after
    try {
      await replaceStored(this.#stored, before, after)
    } catch (error) {
      if (this.#bytes === after) this.#bytes = before
      throw error
    }
  }
}
