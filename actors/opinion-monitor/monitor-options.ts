import { aFilledText, aFunction, demand } from '../../src/kernel/demand.ts'
import { type Duration, milliseconds } from '../../src/kernel/durations.ts'
import type { Kernel } from '../../src/kernel/kernel.ts'
import { onlyOptions } from '../../src/kernel/only-options.ts'
import type { InferencePort } from '../../src/ports/inference.ts'
import type { Alert } from './watching/alert.ts'
import type { WatchOptions } from './watching/settings.ts'

/** What the monitor reads with, how it watches, and where its alerts go. */
export interface OpinionMonitorOptions {
  /** Windows, lateness and false-alarm rates. */
  readonly watch?: WatchOptions
  /** Entities to look for in headlines that come without. Default: runs of capitalised words. */
  readonly entities?: readonly string[]
  /** A file of weights that `ganglion run opinion-monitor --train` wrote. Default: those of the team. */
  readonly weights?: string
  /** False: read without the encoder, which is faster. True: fail if it can't be loaded. Default: use it if it is installed. */
  readonly encoder?: boolean
  /** Called once for each alert; again, with the same id, if it throws. */
  readonly onAlert?: (alert: Alert) => unknown
  /** An address that each alert is sent to by POST. */
  readonly webhook?: string
  readonly workers?: number
  /**
   * How long a scorer may stay behind the first before the vote goes on without it, and names it in `missing`. Default 1s. Headlines of a
   * file, for which nobody waits, are better read with a longer one.
   */
  readonly grace?: Duration
  readonly kernel?: Kernel
  /** A running engine to share. Default: a new one, stopped with the monitor. */
  readonly inference?: InferencePort
  /** Called for notable events that are not errors. */
  readonly onNotice?: (text: string) => void
}

const OPTIONS = [
  'watch',
  'entities',
  'weights',
  'encoder',
  'onAlert',
  'webhook',
  'workers',
  'grace',
  'kernel',
  'inference',
  'onNotice',
] as const satisfies readonly (keyof OpinionMonitorOptions)[]

/** @throws InvalidArgumentError (`invalid-argument`) */
export function checkMonitor(options: OpinionMonitorOptions): void {
  const at = 'openOpinionMonitor'
  onlyOptions(options, at, OPTIONS)
  const { entities, weights, encoder, grace, onAlert, onNotice } = options
  if (grace !== undefined) milliseconds(grace, `${at}.grace`)
  if (entities !== undefined)
    demand(
      entities,
      `${at}.entities`,
      'a list of names',
      (all) => Array.isArray(all) && all.every((name) => typeof name === 'string' && name.trim() !== ''),
    )
  if (weights !== undefined) aFilledText(weights, `${at}.weights`, 'the path of a file')
  if (encoder !== undefined)
    demand(encoder, `${at}.encoder`, 'true or false', (given) => typeof given === 'boolean')
  if (onAlert !== undefined) aFunction(onAlert, `${at}.onAlert`)
  if (onNotice !== undefined) aFunction(onNotice, `${at}.onNotice`)
}
