import type { ReadyWorker } from '../kernel/simulated-kernel.ts'
import type { Chooser } from './chooser.ts'
import type { Recorder, TraceEvent } from './recorder.ts'
import { Watcher } from './step-watcher.ts'

/** Events of a run that the watcher follows itself, or that touch nothing. */
const FOLLOWED: readonly TraceEvent['kind'][] = [
  'send',
  'handle',
  'reply',
  'effect',
  'state',
  'order',
  'note',
]

/** Chooses the order of steps in runs, and sees what they touch. */
export abstract class StepOrder {
  watcher = new Watcher()

  /** The place of the actor that goes next; below 0 the run ends. */
  protected abstract pick(ready: readonly ReadyWorker[]): number

  /** A run begins. */
  begin(): Watcher {
    this.watcher = new Watcher()
    return this.watcher
  }

  /** From here on it chooses in this run, and hears what it does. */
  leads({ chooser, recorder }: { readonly chooser: Chooser; readonly recorder: Recorder }): void {
    const { watcher } = this
    chooser.order = (ready) => this.pick(ready)
    recorder.heard = (kind) => {
      if (!FOLLOWED.includes(kind)) watcher.everything()
    }
  }

  /** Nothing is ready: the scenario goes on, or time does. */
  rests(): void {}

  /** Time jumps to this millisecond. */
  reaches(_due: number): void {}
}

/** Plays steps in a given order. */
export class GivenOrder extends StepOrder {
  /** Whether the run had other steps. */
  strayed = false
  readonly #names: readonly string[]
  #at = 0

  /** By the names of their actors. */
  constructor(names: readonly string[]) {
    super()
    this.#names = names
  }

  protected pick(ready: readonly ReadyWorker[]): number {
    const wanted = this.#names[this.#at]
    this.#at += 1
    const place = ready.findIndex(({ worker }) => this.watcher.nameOf(worker) === wanted)
    if (place === -1) this.strayed = true
    return place
  }
}
