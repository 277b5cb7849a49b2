import { ManualKernel } from '../kernel/manual-kernel.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { ActorSystem } from '../system/actor-system.ts'
import { SYSTEM_OPTIONS, type SystemOptions } from '../system/system-options.ts'
import { type Leak, leaks } from './leaks.ts'
import { type Probe, probe } from './probe.ts'

const TEST_OPTIONS = ['seed', ...SYSTEM_OPTIONS.filter((option) => option !== 'kernel')]

/** A system on a clock that stands still. Every message makes a round trip through the codec. */
export class TestSystem extends ActorSystem {
  readonly clock: ManualKernel
  readonly #before: readonly string[]

  constructor(options: Omit<SystemOptions, 'kernel'> & { readonly seed?: number } = {}) {
    onlyOptions(options, 'createTestSystem', TEST_OPTIONS)
    const { seed, ...rest } = options
    const clock = new ManualKernel(seed === undefined ? {} : { seed })
    super({ serializeMessages: true, name: 'test', log: false, ...rest, kernel: clock })
    this.clock = clock
    this.#before = this.paths()
  }

  /** Starts an actor that records the messages sent to it. */
  probe(name?: string): Probe {
    return probe(this, name)
  }

  /** Moves the clock on by `ms`, running everything that falls due. */
  advance(ms: number): Promise<void> {
    return this.clock.advance(ms)
  }

  /** Runs everything that is due now. */
  settle(): Promise<void> {
    return this.clock.settle()
  }

  /** Waits for `promise` while time moves on by up to `withinMs`. Default 60 s. */
  async until<T>(promise: Promise<T>, withinMs = 60_000): Promise<T> {
    let settled = false
    const mark = (): void => {
      settled = true
    }
    promise.then(mark, mark)
    for (let passed = 0; !settled && passed <= withinMs; passed += 10) await this.clock.advance(10)
    return promise
  }

  /** Actors, timers and asks that were left behind. */
  leaks(): readonly Leak[] {
    return leaks(this, this.#before)
  }
}

/** `createTestSystem()` takes the place of `createSystem()` in a test. */
export function createTestSystem(
  options: Omit<SystemOptions, 'kernel'> & { readonly seed?: number } = {},
): TestSystem {
  return new TestSystem(options)
}
