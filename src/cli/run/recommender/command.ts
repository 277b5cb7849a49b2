import type { TeamCommand } from '../team-command.ts'
import type { RecommenderFlags } from './recommend.ts'

/** `ganglion run recommender`. */
export const RECOMMENDER: TeamCommand = {
  name: 'recommender',
  summary: "recommends items from everyone's ratings, says why, and learns from clicks",
  setUp(command, end) {
    command
      .option('--user <id>', 'whom to recommend to (on the sample: ada)')
      .option(
        '--data <file>',
        'ratings: user, item, rating, time; .csv, .tsv, .jsonl, .json, or .dat with ::',
      )
      .option('--items <file>', 'items: item, title, genres (separated by |); the same formats')
      .option('--picks <n>', 'number of items (default: 10)')
      .option(
        '--events <file>',
        'JSON lines of ratings, clicks and requests, taken in one by one; - reads standard input',
      )
      .option(
        '--feedback <item>',
        "the item of the picks that the user clicked, or 'none'; with --state also of those of an earlier command",
      )
      .option('--state <dir>', 'folder that keeps events and what clicks have taught')
      .option('--fit <file>', 'learn the weights from --data and write them to this file')
      .option('--weights <file>', 'weights that --fit wrote')
      .option('--report <file>', 'write a report of the picks and what was learned, one HTML file')
      .option('--json', 'one JSON document per answer on stdout, nothing else there')
      .addHelpText(
        'after',
        `
A line of --events is one of
  {"user":"ada","item":"b101","rating":5,"time":"2026-05-01"}   a rating; without time it is the latest
  {"user":"ada"}                                                a request: prints picks
  {"user":"ada","clicked":"b101"}                               a click on the latest picks; null for none

Examples:
  $ ganglion run recommender                                    # the bundled sample
  $ ganglion run recommender --data ratings.csv --items items.csv --user 42
  $ ganglion run recommender --data ratings.csv --items items.csv --state ./state --events - < events.jsonl
  $ ganglion run recommender --data ratings.csv --items items.csv --fit weights.json`,
      )
      .action(async (flags: RecommenderFlags) => {
        const { recommend } = await import('./recommend.ts')
        end(await recommend(flags))
      })
  },
}
