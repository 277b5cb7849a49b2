import type { Clock } from '../../kernel/kernel.ts'
import type { Progress } from '../../simulation/explore.ts'
import type { ShrinkProgress } from '../../simulation/shrink-search.ts'

/** Milliseconds between two lines where they are piped: a log is read later, and whole. */
const PIPED_MS = 10_000

/** Progress for a person: one line that is overwritten in a terminal, a line in ten seconds in a log. */
export class ProgressLines {
  readonly #out: { readonly isTTY?: boolean; write(text: string): unknown }
  readonly #clock: Clock
  #told: number

  constructor(out: { readonly isTTY?: boolean; write(text: string): unknown }, clock: Clock) {
    this.#out = out
    this.#clock = clock
    this.#told = clock.monotonic()
  }

  readonly exploring = (progress: Progress): void => {
    const { runs, of, runsPerSecond, faults, schedules, failures, sometimes } = progress
    // With `--time` nobody knows how many there will be.
    const all = of >= 1e9 ? `${runs}` : `${runs}/${of}`
    this.#tell(
      `${all} runs, ${Math.round(runsPerSecond)}/s, ${faults} faults, ${schedules} schedules, sometimes ${sometimes[0]}/${sometimes[1]}, ${failures} failures`,
      runs < of,
    )
  }

  readonly shrinking = ({ tries, size }: ShrinkProgress): void => {
    this.#tell(
      `shrinking: ${tries} tries, ${size.faults} faults, ${size.messages} messages, ${size.steps} steps`,
      true,
    )
  }

  /** What follows is no progress. */
  clear(): void {
    if (this.#out.isTTY === true) this.#out.write('\r\u001b[2K')
  }

  #tell(text: string, goesOn: boolean): void {
    if (this.#out.isTTY === true) {
      this.#out.write(`\r\u001b[2K${text}`)
      return
    }
    const now = this.#clock.monotonic()
    if (!goesOn || now - this.#told < PIPED_MS) return
    this.#told = now
    this.#out.write(`${text}\n`)
  }
}
