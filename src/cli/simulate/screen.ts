import type { Exploration } from '../../simulation/explore.ts'
import { seenOf } from '../../simulation/reduction.ts'
import { replayCommand } from '../../simulation/replay-command.ts'
import type { SimulationResult } from '../../simulation/result.ts'
import type { Shrunk } from '../../simulation/shrink.ts'

/** What all runs of a file have shown. */
export function summary(found: Exploration, isExhaustive: boolean): string {
  const { failure, runs, schedules, faults, sometimes, elapsedMs } = found
  const rate = Math.round((runs / Math.max(1, elapsedMs)) * 1000)
  const struck = Object.entries(faults)
    .map(([kind, times]) => `${kind} ${times}`)
    .join(', ')
  const seen = Object.entries(sometimes)
    .map(([name, times]) => `  ${times > 0 ? '✓' : '–'} ${name}: ${times}`)
    .join('\n')
  return [
    `${runs} runs (${rate}/s), ${schedules} different; faults: ${struck || 'none'}`,
    ...(isExhaustive ? [seenOf(found)] : []),
    ...(seen === '' ? [] : [seen]),
    ...found.vacuous.map((what) => `vacuous: ${what}`),
    failure === undefined
      ? 'every invariant held'
      : `✗ ${failure.message} (seed ${failure.seed}, step ${failure.step})`,
    ...found.failures
      .slice(1)
      .map((one) => `✗ ${one.message} (seed ${one.seed}, step ${one.step})\n  ${one.token}`),
    '',
  ].join('\n')
}

/** A failing run: its story, and the line that repeats it. */
export function told(file: string, result: SimulationResult | Shrunk): string {
  const sizes =
    'before' in result
      ? `shrunk in ${result.tries} tries: ${result.before.faults} faults to ${result.after.faults}, ${result.before.messages} messages to ${result.after.messages}, ${result.before.steps} steps to ${result.after.steps}\n`
      : ''
  return `\n${result.story}\n\n${sizes}${replayLine(file, result.token)}`
}

export function replayLine(file: string, token: string): string {
  return `replay with: ${replayCommand(file, token)}\n`
}
