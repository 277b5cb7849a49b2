import { INFERENCE_OPTIONS, settingsOf } from '../inference/engine-options.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import type { EventStream } from '../ports/events.ts'
import type { InferencePort } from '../ports/inference.ts'
import { type InferenceEngineOptions, isEngine } from './system-options.ts'

/** The engine of a system: one passed in, which its maker stops, or one made on first use and stopped with the system. */
export class SystemInference {
  readonly #given: InferencePort | InferenceEngineOptions
  readonly #kernel: Kernel
  readonly #events: EventStream
  #made: Promise<InferencePort> | undefined

  /** @throws InvalidArgumentError (`invalid-argument`) naming the unknown option. */
  constructor(given: InferencePort | InferenceEngineOptions, kernel: Kernel, events: EventStream) {
    if (!isEngine(given)) {
      onlyOptions(given, 'createSystem.inference', INFERENCE_OPTIONS)
      settingsOf(given)
    }
    this.#given = given
    this.#kernel = kernel
    this.#events = events
  }

  engine(): Promise<InferencePort> {
    const given = this.#given
    if (isEngine(given)) return Promise.resolve(given)
    this.#made ??= import('../inference/create-inference.ts').then(({ createInference }) =>
      createInference({ kernel: this.#kernel, events: this.#events, ...given }),
    )
    return this.#made
  }

  /** An engine that could not be made has nothing to stop; its callers got the error. */
  async stop(): Promise<void> {
    await (await this.#made?.catch(() => undefined))?.stop()
  }
}
