import type { Command } from 'commander'
import type { ExitCode } from '../exit.ts'
import type { SimulateFlags } from './simulate.ts'

/** `ganglion simulate`. The simulation loads only when the command runs. */
export function addSimulate(program: Command, end: (code: ExitCode) => void): void {
  program
    .command('simulate')
    .description('run a scenario module (*.sim.ts) many times on virtual time, with faults')
    .argument(
      '<files...>',
      "modules whose default export is scenario(import.meta.url, …), or patterns: 'test/**/*.sim.ts'",
    )
    .option('--runs <n>', 'number of runs, each with another seed (default: 1000)')
    .option('--seed <n>', 'the first seed (default: 1)')
    .option('--workers <n>', 'most threads: another begins when it pays (default: one a core)')
    .option('--time <duration>', 'most real time for each file, such as 10m: then as many runs as fit')
    .option(
      '--strategy <name>',
      'mixed (default), guided (for rare failures), random, pct, fifo or exhaustive',
    )
    .option('--reduce', 'exhaustive only: leave out equal orders; for actors that share nothing but messages')
    .option('--keep-going', 'continue after a failure, with the next run and the next file')
    .option('--replay <token>', 'repeat the run of a token')
    .option('--shrink', 'find the shortest run with the same failure')
    .option('--json', 'one JSON document on stdout, nothing else there')
    .option('--html <report>', 'write one page of all files: failing runs step by step, and what held')
    .option(
      '--links <url>',
      'where a source line opens: {file} or {path}, {line}, {column} (default: VS Code)',
    )
    .exitOverride()
    .addHelpText(
      'after',
      `
Exit codes: 0 every invariant held, 1 one did not, 2 wrong usage.

Examples:
  $ ganglion simulate payment.sim.ts --runs 10000 --shrink --html report.html
  $ ganglion simulate payment.sim.ts --replay sim1.…`,
    )
    .action(async (files: string[], flags: SimulateFlags) => {
      // A thread loads what it needs while this one does.
      const { warmThread } = await import('../../simulation/thread.ts')
      if (flags.replay === undefined && flags.strategy !== 'exhaustive') warmThread(files[0] as string)
      const { simulateCommand } = await import('./simulate.ts')
      end(await simulateCommand(files, flags))
    })
}
