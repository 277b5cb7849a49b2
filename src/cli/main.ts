#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { platformKernel } from '../kernel/platform-kernel.ts'
import { addAsk } from './ask/command.ts'
import { addBench } from './bench/command.ts'
import { type ExitCode, errorLine, exitCodeOf } from './exit.ts'
import { addJournal } from './journal/command.ts'
import { addMcp } from './mcp/command.ts'
import { addRun } from './run/command.ts'
import { addServe } from './serve/command.ts'
import { addSimulate } from './simulate/command.ts'

/** dist/src/cli/main.js and src/cli/main.ts are at different depths below the package. */
function version(): string {
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as {
        name: string
        version: string
      }
      if (name === 'ganglion') return version
    } catch {
      // Not at this depth.
    }
  }
  return 'unknown'
}

/** Runs one command line. */
async function main(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = 0
  const program = new Command('ganglion')
    .description('Supervised actors for inference pipelines')
    .version(version())
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`ganglion: ${text.replace(/^error: /u, '')}`) })
  const end = (ended: ExitCode): void => {
    code = ended
  }
  addAsk(program, end)
  addBench(program, end)
  addJournal(program, end)
  addMcp(program, end)
  addRun(program, end)
  addServe(program, end)
  addSimulate(program, end)
  try {
    await program.parseAsync(argv)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    // Even its own modules may be unreadable, as where too few files may be open.
    process.stderr.write(errorLine(error))
    return exitCodeOf(error)
  }
  return code
}

// `ganglion simulate --help | head -1`: a reader that has enough is not an error, for any command.
let unwritten = false
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' || unwritten) return
  unwritten = true
  process.exitCode = 1
  process.stderr.write(
    `ganglion: the output can't be written (${error.code}). Free its disk, or write elsewhere\n`,
  )
})
// What can't be told can't be told: the terminal of stderr may be closed.
process.stderr.on('error', () => {})

/** What a module of the user's has left open, a timer or a connection, keeps the process for this long after the command has ended. */
const LEFTOVERS_MS = 1000

// Setting the code and leaving the loop lets stdout drain; process.exit would truncate a pipe.
const ended = await main(process.argv)
process.exitCode = unwritten ? 1 : ended
platformKernel().timers.after(LEFTOVERS_MS, exitOnceWritten, undefined)

function exitOnceWritten(): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit()))
}
