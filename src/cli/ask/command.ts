import type { Command } from 'commander'
import type { ExitCode } from '../exit.ts'
import type { AskFlags } from './ask.ts'

/** `ganglion ask`. Its code loads only when the command runs. */
export function addAsk(program: Command, end: (code: ExitCode) => void): void {
  setUpAsk(program.command('ask').description('answer questions about a folder of documents, offline'), end)
}

/** The arguments and options of `ganglion ask`, for any name of the command. */
export function setUpAsk(command: Command, end: (code: ExitCode) => void): void {
  command
    .argument('[question...]', 'the question; without one (and without --batch) an interactive prompt opens')
    .option(
      '--docs <dir>',
      'folder with Markdown, text, HTML, JSON, YAML, CSV, Word, PDF or other documents, or one file',
    )
    .option(
      '--include <pattern>',
      "read only files that match, as in .gitignore ('*.md'); may be given several times",
      alsoGiven,
    )
    .option('--exclude <pattern>', 'skip files that match; may be given several times', alsoGiven)
    .option('--json', 'one JSON document per question on stdout, nothing else there')
    .option(
      '--explain',
      'also show the path, messages, frame sizes, lifecycle states, the routing matrix, votes and attempts',
    )
    .option(
      '--batch <file>',
      'answer { "id", "question" }, one per line or a JSON array, in input order; - reads standard input',
    )
    .option('--model <dir>', 'another sentence-embedding model: its name, or a folder with its files')
    .option('--reader <dir>', 'another trained reader, by name or folder (default: e5-squad-reader)')
    .option('--no-reader', 'answer without a trained reader')
    .option('--hub <url>', 'hub for models that are not installed (--model NAME, --reader NAME)')
    .option('--index <dir>', 'where to store the index (default: the user cache folder)')
    .option('--workers <n>', 'worker threads (default: one per core, at most 4)')
    .option(
      '--timeout <duration>',
      "time limit for one answer, such as '2s', or milliseconds (default: 30s; none in a batch)",
    )
    .option('--min-confidence <share>', 'abstain below this confidence, 0 to 1 (default: as calibrated)')
    .option('--top <n>', 'number of sources (default: 5, or the best 3 as text)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  $ ganglion ask --docs ./handbook "How long is the warranty?"
  $ ganglion ask --docs ./handbook                       # an interactive prompt
  $ ganglion ask --docs ./handbook --json --explain "How long is the warranty?"
  $ ganglion ask --docs ./handbook --batch questions.jsonl > answers.jsonl
  $ jq -c '.[]' faq.json | ganglion ask --docs ./handbook --batch -`,
    )
    .action(async (words: string[], flags: AskFlags) => {
      const { ask } = await import('./ask.ts')
      end(await ask(words, flags))
    })
}

/** One value for each time that an option is given: a list of values would take the question for one of them. */
function alsoGiven(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
