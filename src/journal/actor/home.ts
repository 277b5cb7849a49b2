import type { Log } from '../../ports/log.ts'
import type { Runtime } from '../../system/dispatch/runtime.ts'
import { JournalError } from '../errors.ts'
import { DeadRecords } from './dead-records.ts'
import { Keeper, type Kept } from './keeper.ts'

/** Dead letters that a journal keeps. */
const DEAD_LETTERS_MAX = 10_000

/** A log with what tells it from others. */
export interface NamedLog extends Log {
  readonly path: string
  readonly incarnation: string
  readonly epoch: number
}

/** The durable actors of a journal, of all systems that use it. */
export class ActorsHome {
  readonly #log: NamedLog
  readonly #systems = new Set<string>()
  #kept: Kept | undefined

  constructor(log: NamedLog) {
    this.#log = log
  }

  /** @throws JournalError (`journal-in-use`): the paths of two systems of one name are the same. */
  attach(runtime: Runtime): Keeper {
    const { name } = runtime
    if (this.#systems.has(name)) {
      throw new JournalError(
        'journal-in-use',
        `a system '${name}' already uses the journal in ${this.#log.path}`,
        {
          path: 'journal',
          value: name,
          remedy: 'Stop that system, or give this one another name: actors are known by their paths',
        },
      )
    }
    this.#systems.add(name)
    this.#kept ??= this.#found()
    return new Keeper(this.#kept, runtime)
  }

  #found(): Kept {
    const log = this.#log
    const waiting = new Map<string, number[]>()
    for (const { sequence, to } of log.unsettled()) {
      const others = waiting.get(to)
      if (others === undefined) waiting.set(to, [sequence])
      else others.push(sequence)
    }
    const deadRecords = new DeadRecords(log, DEAD_LETTERS_MAX)
    const release = (system: string): boolean => this.#systems.delete(system)
    return { log, incarnation: log.incarnation, epoch: log.epoch, deadRecords, waiting, release }
  }
}
