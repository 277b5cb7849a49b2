import { forgetAbort, whenAborted } from '../../kernel/abort-listeners.ts'
import { DURATION_MS_MAX } from '../../kernel/durations.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { PipelineCancelledError, PipelineDeadlineError, PipelineStoppedError } from '../errors.ts'

/** How long the schemas of a new processor may look at two values. */
const REPLACEMENT_MS = 30_000

/** Inputs whose schema answers later, or never: their callers get an answer in time anyway. No run has begun yet. */
export class InputChecks {
  readonly #pipeline: string
  readonly #kernel: Kernel
  /** By the input's check: ends the wait for it. */
  readonly #open = new Map<object, () => void>()

  constructor(pipeline: string, kernel: Kernel) {
    this.#pipeline = pipeline
    this.#kernel = kernel
  }

  /**
   * The checked input, and the milliseconds that the run has left of `timeoutMs`. Rejects with the error of the schema,
   * PipelineDeadlineError, PipelineCancelledError or PipelineStoppedError.
   */
  async within(
    checked: Promise<unknown>,
    input: unknown,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    what = `${this.#pipeline}.input`,
  ): Promise<{ input: unknown; timeoutMs: number }> {
    const { clock, timers } = this.#kernel
    const since = clock.monotonic()
    const name = this.#pipeline
    let cleanUp = (): void => {}
    const inTime = new Promise<unknown>((resolve, reject) => {
      const late = (): void => reject(new PipelineDeadlineError(name, timeoutMs, [], [what]))
      const abort = (): void => reject(new PipelineCancelledError(name, signal?.reason))
      const timer = timers.after(Math.min(timeoutMs, DURATION_MS_MAX), late, undefined, true)
      cleanUp = () => {
        timer.cancel()
        forgetAbort(signal, abort)
        this.#open.delete(checked)
      }
      this.#open.set(checked, () => reject(new PipelineStoppedError(name, input)))
      if (signal?.aborted === true) abort()
      else whenAborted(signal, abort)
      checked.then(resolve, reject)
    })
    try {
      const accepted = await inTime
      return { input: accepted, timeoutMs: Math.max(0, timeoutMs - (clock.monotonic() - since)) }
    } finally {
      cleanUp()
    }
  }

  /** Like `within`, for whether a processor fits in place of `name`: no run waits for it, and so no deadline. */
  async ofReplacement(name: string, checked: Promise<void>): Promise<void> {
    await this.within(checked, name, REPLACEMENT_MS, undefined, name)
  }

  /** The pipeline has stopped: nobody waits any longer. */
  close(): void {
    for (const end of this.#open.values()) end()
  }
}
