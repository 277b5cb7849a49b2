import type { Command } from 'commander'
import type { ExitCode } from '../exit.ts'

/** A team as `ganglion run` knows it. A new team is one entry in `teams.ts`. */
export interface TeamCommand {
  /** The team's folder in `actors`. */
  readonly name: string
  /** What it does, in one line for the list. */
  readonly summary: string
  /** Adds arguments, options, help and the action to the team's own command. The team's code loads only in the action. */
  setUp(command: Command, end: (code: ExitCode) => void): void
}
