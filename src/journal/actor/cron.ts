import { createRequire } from 'node:module'
import { InvalidArgumentError, messageOfError } from '../../kernel/errors.ts'

/** Moments of the wall clock of a time zone, as a cron expression names them. */
export interface CronTimes {
  readonly pattern: string
  readonly zone: string
}

type Croner = typeof import('croner')
let croner: Croner | undefined

/** The optional peer, loaded with the first expression. @throws InvalidArgumentError (`invalid-argument`) */
function peer(): Croner {
  try {
    croner ??= createRequire(import.meta.url)('croner') as Croner
    return croner
  } catch (cause) {
    throw new InvalidArgumentError('cron expressions need the package croner, which is not installed', {
      path: 'when.cron',
      value: 'croner',
      remedy: 'npm install croner, or use { every } or { at }',
      cause,
    })
  }
}

/**
 * The first of these moments after `after`; undefined if there is none. Milliseconds since the epoch.
 *
 * @throws InvalidArgumentError (`invalid-argument`) for an expression or a zone that is none.
 */
export function nextMoment({ pattern, zone }: CronTimes, after: number): number | undefined {
  const { Cron } = peer()
  try {
    return new Cron(pattern, { timezone: zone, paused: true }).nextRun(new Date(after))?.getTime()
  } catch (cause) {
    throw new InvalidArgumentError(`no cron expression: ${messageOfError(cause)}`, {
      path: 'when.cron',
      value: `${pattern} (${zone})`,
      remedy: "Use five fields, such as '0 9 * * 1-5', and a zone such as 'Europe/Berlin'",
      cause,
    })
  }
}
