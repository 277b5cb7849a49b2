#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import type { AskFlags } from './ask/ask.ts'
import type { ExitCode } from './exit.ts'
import type { SimulateFlags } from './simulate/simulate.ts'

/** dist/src/cli/main.js and src/cli/main.ts stand at different depths below the package. */
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

/** Runs one command line; heavy parts load only when a command needs them. */
async function main(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = 0
  const program = new Command('ganglion')
    .description('Supervised actors for inference pipelines')
    .version(version())
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`ganglion: ${text.replace(/^error: /u, '')}`) })
  program
    .command('ask')
    .description('ask a folder of documents a question, offline')
    .argument('[question...]', 'the question; without one (and without --batch) a prompt asks for many')
    .option('--docs <dir>', 'folder with .md .txt .html .json files, or one file')
    .option('--json', 'one JSON document a question on stdout, nothing else there')
    .option(
      '--explain',
      'also show messages, frame sizes, lifecycle states, the routing matrix, votes and attempts',
    )
    .option('--batch <file>', 'answer a .jsonl file of { "id", "question" }, one JSON a line, in input order')
    .option('--model <dir>', 'another sentence-embedding model: its name, or a folder with its files')
    .option('--reader <dir>', 'another trained reader, by name or folder (default: minilm-squad-reader)')
    .option('--no-reader', 'answer without a trained reader')
    .option('--hub <url>', 'where models come from that are not installed (--model NAME, --reader NAME)')
    .option('--index <dir>', 'where to keep the index (default: the user cache folder)')
    .option('--workers <n>', 'worker threads (default: one a core, at most 4)')
    .option('--timeout <duration>', "how long one answer may take, such as '2s' (default: 30s)")
    .option('--top <n>', 'sources to give (default: 5, or the best 3 as text)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  $ ganglion ask --docs ./handbook "How long is the warranty?"
  $ ganglion ask --docs ./handbook                       # a prompt to ask many
  $ ganglion ask --docs ./handbook --json --explain "How long is the warranty?"
  $ ganglion ask --docs ./handbook --batch questions.jsonl > answers.jsonl`,
    )
    .action(async (words: string[], flags: AskFlags) => {
      const { ask } = await import('./ask/ask.ts')
      code = await ask(words, flags)
    })
  program
    .command('simulate')
    .description('run a scenario module (*.sim.ts) many times on virtual time, with faults')
    .argument('<file>', 'a module whose default export is scenario(import.meta.url, …)')
    .option('--runs <n>', 'runs, each with another seed (default: 1000)')
    .option('--seed <n>', 'the first seed (default: 1)')
    .option('--workers <n>', 'threads (default: one a core)')
    .option('--replay <token>', 'make the run of a token happen again')
    .option('--shrink', 'look for the shortest way to the same failure')
    .option('--json', 'one JSON document on stdout, nothing else there')
    .option('--html <report>', 'write the failing run as a page with its diagram')
    .exitOverride()
    .addHelpText(
      'after',
      `
Exit codes: 0 every invariant held, 1 one did not, 2 the command was used wrongly.

Examples:
  $ ganglion simulate payment.sim.ts --runs 10000 --shrink --html report.html
  $ ganglion simulate payment.sim.ts --replay sim1.…`,
    )
    .action(async (file: string, flags: SimulateFlags) => {
      const { simulateCommand } = await import('./simulate/simulate.ts')
      code = await simulateCommand(file, flags)
    })
  try {
    await program.parseAsync(argv)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    throw error
  }
  return code
}

// Setting the code and leaving the loop lets stdout drain; process.exit would cut a pipe off.
process.exitCode = await main(process.argv)
