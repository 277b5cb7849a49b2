import type { Command } from 'commander'
import type { ExitCode } from '../exit.ts'
import { TEAMS } from './teams.ts'

/** `ganglion run`: lists the teams, or runs one. */
export function addRun(program: Command, end: (code: ExitCode) => void): void {
  const run = program
    .command('run')
    .description('run a ready team of processors; without a name, list the teams')
    .exitOverride()
    .addHelpText('after', '\n`ganglion run TEAM --help` lists what a team takes.')
    .action(() => {
      process.stdout.write(list())
      end(0)
    })
  for (const { name, summary, setUp } of TEAMS)
    setUp(run.command(name).description(summary).exitOverride(), end)
}

function list(): string {
  const width = Math.max(...TEAMS.map(({ name }) => name.length))
  const rows = TEAMS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  return `Teams:\n\n${rows.join('\n')}\n\nganglion run TEAM --help says what a team takes.\n`
}
