import type { SimulatedKernel } from '../kernel/simulated-kernel.ts'
import { LateMessage } from '../system/actor/send-late.ts'
import { TimerTicket } from '../system/actor/timer-ticket.ts'
import { shortName } from './names.ts'
import type { Run } from './run.ts'
import { atRest, type SimulatedSystem, waitedFor } from './systems.ts'

const AGAIN = 'again and again'
/** What the scenario waits for without anything else. */
export const SLEEP = 'a sleep'
/** Most things that a line names. */
const NAMED_MAX = 6

/** What `settle` waits for. */
export interface Settling {
  /** Virtual time at which faults stop, and at which it fails. */
  readonly quietAt: number
  readonly by: number
  /** Also for what waits for its time. */
  readonly timers: boolean
  readonly resolve: (left: readonly string[]) => void
}

/** Something that will happen at its time though nothing is in flight. */
interface Due {
  readonly what: string
  readonly at: number
  /** Why it never ends by itself. */
  readonly endless: string | undefined
}

/** What happens at its time: timers (durable ones too) and scheduled messages of actors, sleeps and aims of the scenario. */
export class Agenda {
  readonly #kernel: SimulatedKernel
  readonly #systems: readonly SimulatedSystem[]
  readonly #own = new Set<Due>()

  constructor(kernel: SimulatedKernel, systems: readonly SimulatedSystem[]) {
    this.#kernel = kernel
    this.#systems = systems
  }

  /** The scenario does something later. */
  after(ms: number, what: string, action: () => void): void {
    const due = { what, at: this.#kernel.now + ms, endless: undefined }
    this.#own.add(due)
    const act = (): void => {
      this.#own.delete(due)
      action()
    }
    this.#kernel.timers.after(ms, act, undefined)
  }

  /** Whether something that ends by itself happens until then. */
  hasUntil(time: number): boolean {
    return this.#all().some(({ at, endless }) => endless === undefined && at <= time)
  }

  /** Of the scenario's sleeps that its end cuts off, in words: a limit that was not reached, or code that nobody awaits. */
  cutOff(): string | undefined {
    const { now } = this.#kernel
    const sleeps = [...this.#own].filter(({ what }) => what === SLEEP)
    if (sleeps.length === 0) return undefined
    const told = sleeps.slice(0, NAMED_MAX).map(({ at }) => `${SLEEP} that ends in ${spanOf(at - now)}`)
    const more = sleeps.length - told.length
    return `the scenario is over; what follows ${told.join(', ')}${more > 0 ? ` and ${more} more` : ''} is not played`
  }

  /** What will still happen, in words. */
  told(): string[] {
    const { now } = this.#kernel
    const all = this.#all().sort((a, b) => a.at - b.at)
    const named = all
      .slice(0, NAMED_MAX)
      .map(({ what, at, endless }) => `${what} ${endless ?? `in ${spanOf(at - now)}`}`)
    return all.length > NAMED_MAX ? [...named, `${all.length - NAMED_MAX} more`] : named
  }

  #all(): Due[] {
    return [...this.#own, ...this.#systems.flatMap((system) => [...dueIn(system, this.#kernel)])]
  }
}

function* dueIn(system: SimulatedSystem, { clock, now }: SimulatedKernel): Iterable<Due> {
  const { wheel, durable } = system['~waits']()
  const ahead = clock.now() - now
  for (const { path, key, due, repeats, parked } of durable?.waiting() ?? []) {
    const endless = repeats ? AGAIN : parked ? 'which waits until its actor runs' : undefined
    yield { what: `durable timer '${key}' of ${shortName(path)}`, at: due - ahead, endless }
  }
  for (const { due: at, argument } of wheel.waiting()) {
    if (argument instanceof TimerTicket) {
      const { key, path, repeats } = argument
      yield { what: `timer '${key}' of ${shortName(path)}`, at, endless: repeats ? AGAIN : undefined }
    } else if (argument instanceof LateMessage) {
      const { envelope, recipient } = argument
      yield { what: `'${envelope.type}' to ${shortName(recipient.path)}`, at, endless: undefined }
    }
  }
}

function spanOf(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 60_000 ? 1 : 0)} s`
}

type Parts = Pick<Run, 'models' | 'ports' | 'systems' | 'network'>

/** Whether nothing is in flight. */
export function isQuiet({ models, ports, systems }: Parts): boolean {
  return models.underWay === 0 && ports.underWay === 0 && atRest(systems)
}

/** What is in flight, in words. */
export function inFlight({ models, ports, systems, network }: Parts): string[] {
  const calls = models.underWay > 0 ? [`${models.underWay} model calls`] : []
  const frames = ports.underWay > 0 ? [`${ports.underWay} redeliveries and flushes`] : []
  return [...waitedFor(systems), ...network.asks.told(), ...calls, ...frames]
}
