import type { Command } from 'commander'
import type { ExitCode } from '../../exit.ts'

/** The flags of `ganglion run opinion-monitor`, as commander gives them. */
export interface OpinionMonitorFlags {
  readonly data?: string
  readonly entities?: string
  readonly window?: string
  readonly lateness?: string
  readonly falseSurges?: string
  readonly smallestShift?: string
  readonly weights?: string
  /** False with --no-encoder. */
  readonly encoder?: boolean
  readonly report?: string
  readonly webhook?: string
  readonly train?: string
  readonly save?: string
  readonly folds?: boolean
  readonly seed?: string
  readonly serve?: string
  readonly feed?: readonly string[]
  readonly every?: string
  readonly nats?: string
  readonly subject?: string
  readonly live?: boolean
  readonly json?: boolean
}

/** The options of `ganglion run opinion-monitor`. The team's code loads only in the action. */
export function setUpOpinionMonitor(command: Command, end: (code: ExitCode) => void): void {
  command
    .option(
      '--data <file>',
      'headlines (.jsonl, .json, .csv, .tsv); - reads JSON lines from standard input (default: a bundled sample)',
    )
    .option(
      '--entities <names>',
      'entities to look for in headlines that come without, with a comma between them',
    )
    .option('--window <duration>', "length of a window, such as '15m' (default: 1h)")
    .option('--lateness <duration>', 'how late a headline may come and still count (default: 10m)')
    .option('--false-surges <share>', 'false alarms a window of one entity (default: 0.0001)')
    .option(
      '--smallest-shift <n>',
      'how far the mean balance (-1 to 1) of an entity must move for an alert (default: 0.2)',
    )
    .option('--weights <file>', 'weights that you trained on your own headlines')
    .option('--train <file>', 'learn from labelled headlines (JSON lines), then end')
    .option('--save <file>', 'where --train writes the weights')
    .option('--folds', 'with --train: print figures on headlines left out of training')
    .option('--seed <n>', 'seed of training (default: 1)')
    .option('--no-encoder', 'read without the encoder: faster, a little less right')
    .option('--report <file>', 'write a report with plots, one HTML file')
    .option('--webhook <url>', 'send each alert there by POST too')
    .option(
      '--serve <port>',
      'take headlines by POST /headlines, stream alerts at /alerts, show the report at /, until Ctrl-C',
    )
    .option('--feed <url...>', 'poll RSS, Atom and JSON feeds until Ctrl-C (needs the package feedsmith)')
    .option('--every <duration>', 'with --feed: time between two polls (default: 5m)')
    .option(
      '--nats <url>',
      'read the messages of a NATS server until Ctrl-C, one headline each (needs the package @nats-io/transport-node)',
    )
    .option('--subject <name>', 'with --nats: what to subscribe to (default: headlines)')
    .option('--live', 'draw the watch again in place while headlines come')
    .option('--json', 'one JSON document an alert on stdout, nothing else there')
    .addHelpText(
      'after',
      `
A headline is { "title", "at", "entities"?, "id"? }: its time as ISO 8601 or milliseconds, its entities as a list (in CSV one cell,
with ; between them). Rows that are none are named on stderr and left out. A labelled headline has moods in place of a list:
{ "title", "entities": { "NAME": "negative" | "neutral" | "positive" } }.

Examples:
  $ ganglion run opinion-monitor                                # the bundled sample
  $ ganglion run opinion-monitor --data headlines.csv --report report.html
  $ ganglion run opinion-monitor --serve 8090
  $ ganglion run opinion-monitor --feed https://example.com/news.rss --live
  $ ganglion run opinion-monitor --nats nats://localhost:4222 --subject 'news.>' --json
  $ ganglion run opinion-monitor --train labelled.jsonl --save weights.json
  $ tail -f headlines.jsonl | ganglion run opinion-monitor --data - --window 15m --json`,
    )
    .action(async (flags: OpinionMonitorFlags) => {
      const { runOpinionMonitor } = await import('./run.ts')
      end(await runOpinionMonitor(flags))
    })
}
