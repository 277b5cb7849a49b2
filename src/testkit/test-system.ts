import { demand } from '../kernel/demand.ts'
import { type Duration, milliseconds } from '../kernel/durations.ts'
import { ManualKernel } from '../kernel/manual-kernel.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { isThenable } from '../kernel/thenable.ts'
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

  /**
   * Moves the clock on, running everything that falls due.
   *
   * @throws InvalidArgumentError (`invalid-argument`) if it is not a length of time.
   */
  async advance(by: Duration): Promise<void> {
    await this.clock.advance(milliseconds(by, 'advance'))
  }

  /** Runs everything that is due now. */
  settle(): Promise<void> {
    return this.clock.settle()
  }

  /**
   * Waits for `promise` while the clock moves on by at most `within`. Default 60 s. What waits on the real clock for a condition is
   * `until` of `ganglion/testkit`.
   *
   * @throws InvalidArgumentError (`invalid-argument`) if it is no promise, or no length of time.
   */
  async until<T>(promise: Promise<T>, within: Duration = 60_000): Promise<T> {
    demand(promise, 'until.promise', 'a promise; for a condition use `until` of ganglion/testkit', isThenable)
    const withinMs = milliseconds(within, 'until.within')
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
