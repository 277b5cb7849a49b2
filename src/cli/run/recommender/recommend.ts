import { createReadStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { fitWeights } from '../../../../actors/recommender/fit/fit.ts'
import { openRecommender, type Recommender } from '../../../../actors/recommender/open-recommender.ts'
import type { Weights } from '../../../../actors/recommender/ranking/weights.ts'
import type { Item, Rating } from '../../../../actors/recommender/ratings/events.ts'
import { inTime, readItems, readRatings } from '../../../../actors/recommender/ratings/read.ts'
import { recommenderReport } from '../../../../actors/recommender/report.ts'
import { platformKernel } from '../../../kernel/platform-kernel.ts'
import { SeededRandomness } from '../../../kernel/random.ts'
import { type ExitCode, UsageError } from '../../exit.ts'
import type { Output } from '../../output.ts'
import { styleFor } from '../../style.ts'
import { type CommandRun, untilStopped } from '../../until-stopped.ts'
import { Live } from './live.ts'
import { ShownPicks } from './shown-picks.ts'
import { StateFolder } from './state-folder.ts'

/** The flags, as commander gives them. */
export interface RecommenderFlags {
  readonly user?: string
  readonly data?: string
  readonly items?: string
  readonly picks?: string
  readonly events?: string
  readonly feedback?: string
  readonly state?: string
  readonly fit?: string
  readonly weights?: string
  readonly report?: string
  readonly json?: boolean
}

const SAMPLE = new URL('../../../../actors/recommender/sample/', import.meta.url)
const SAMPLE_USER = 'ada'
const FIT_SEED = 1
const NAMED_MAX = 5
/** Weights of fewer are mostly chance. */
const USERS_FEW = 200
const DAY_MS = 86_400_000

/** Picks on stdout, everything else on stderr. Never rejects; resolves with the exit code. */
export function recommend(flags: RecommenderFlags): Promise<ExitCode> {
  return untilStopped((run) => work(flags, run))
}

async function work(flags: RecommenderFlags, { signal, output }: CommandRun): Promise<ExitCode> {
  const user = flags.user ?? (flags.data === undefined ? SAMPLE_USER : undefined)
  if (user === undefined && flags.events === undefined && flags.fit === undefined)
    throw new UsageError('no user was named', 'user', undefined, 'Name one with --user, or pass --events')
  const { ratings, items } = await read(flags)
  if (flags.fit !== undefined) return fitTo(flags.fit, items, ratings, output)
  if (flags.data !== undefined && flags.weights === undefined)
    notice(
      'the retrievers count as much as on films, and your data may need other weights: --fit weights.json learns them, --weights weights.json uses them',
    )
  const latest = ratings.at(-1)?.at ?? 0
  if (flags.data !== undefined && latest > platformKernel().clock.now() + DAY_MS)
    notice(
      `the latest rating is of ${new Date(latest).toISOString().slice(0, 10)}: what is taken lately is counted from there`,
    )
  const state = flags.state === undefined ? undefined : await StateFolder.open(flags.state)
  const learned = await state?.learned()
  const team = await openRecommender({
    items,
    ratings: [...ratings, ...(state?.events() ?? [])],
    ...(flags.weights === undefined ? {} : { weights: await weightsIn(flags.weights) }),
    ...(learned === undefined ? {} : { learned }),
  })
  try {
    const picks = flags.picks === undefined ? {} : { picks: Number(flags.picks) }
    const style = styleFor(output.isTerminal, process.env)
    const shown = state?.shown ?? (await ShownPicks.open())
    const live = new Live(team, { ...picks, json: flags.json === true, style, output, signal, state, shown })
    if (flags.events !== undefined) await events(flags.events, live, signal)
    else await once(team, live, user as string, flags)
    await live.keep()
    if (flags.report !== undefined) {
      await writeFile(flags.report, recommenderReport(team, live.answers))
      notice(`the report is in ${flags.report}`)
    }
    return 0
  } finally {
    await team.stop()
  }
}

/**
 * One request, or feedback on the picks of an earlier command, if a state folder has kept them. Without feedback the route only
 * chooses, so that the same question gives the same answer.
 */
async function once(
  team: Recommender,
  live: Live,
  user: string,
  { feedback, state }: RecommenderFlags,
): Promise<void> {
  if (feedback === undefined || !live.hasShown(user)) {
    team.running.routes.freeze(true)
    await live.request(user)
    team.running.routes.freeze(false)
  }
  if (feedback === undefined) return
  const learned = await live.click(user, feedback === 'none' ? null : feedback)
  notice(`${learned}${state === undefined ? '; it is forgotten without --state' : ''}`)
}

async function events(file: string, live: Live, signal: AbortSignal): Promise<void> {
  const input = file === '-' ? process.stdin : createReadStream(file)
  const lines = createInterface({ input, signal, crlfDelay: Number.POSITIVE_INFINITY })
  // readline drops the error of its stream; a file that is not there must be named.
  const failed = new Promise<never>((_, reject) => input.once('error', reject))
  failed.catch(() => {})
  let number = 0
  for await (const line of lines) {
    number += 1
    if (line.trim() !== '') await live.line(line, number)
  }
  await Promise.race([failed, Promise.resolve()])
  signal.throwIfAborted()
}

async function read(
  flags: RecommenderFlags,
): Promise<{ ratings: readonly Rating[]; items: readonly Item[] }> {
  const own = flags.data !== undefined
  const data = flags.data ?? fileURLToPath(new URL('ratings.csv', SAMPLE))
  const file = flags.items ?? (own ? undefined : fileURLToPath(new URL('items.csv', SAMPLE)))
  const { ratings, bad } = await readRatings(data)
  name(data, bad)
  if (file === undefined) return { ratings, items: [] }
  const { items, bad: badItems } = await readItems(file)
  name(file, badItems)
  return { ratings, items }
}

function name(file: string, bad: readonly { readonly line: number; readonly reason: string }[]): void {
  for (const { line, reason } of bad.slice(0, NAMED_MAX))
    notice(`${file}, line ${line}, is skipped: ${reason}`)
  if (bad.length > NAMED_MAX) notice(`${file}: ${bad.length - NAMED_MAX} more rows are skipped`)
}

function notice(text: string): void {
  process.stderr.write(`ganglion: ${text}\n`)
}

async function fitTo(
  file: string,
  items: readonly Item[],
  ratings: readonly Rating[],
  output: Output,
): Promise<ExitCode> {
  const random = new SeededRandomness(FIT_SEED).stream('fit')
  const fitted = fitWeights(items, inTime(ratings), random, (cut) => notice(`point in time ${cut + 1}`))
  if (fitted.queries === 0)
    throw new UsageError(
      'nobody in --data comes back with something new, so there is nothing to learn weights from',
      '--data',
      ratings.length,
      'Pass more ratings, over a longer time',
    )
  if (fitted.queries < USERS_FEW)
    notice(`${fitted.queries} users are few: the weights may be worse than those of films`)
  await writeFile(file, `${JSON.stringify(fitted.weights, null, 2)}\n`)
  await output.write(`${file}: fitted on ${fitted.queries} users, NDCG@10 ${fitted.ndcg.toFixed(3)}\n`)
  return 0
}

async function weightsIn(file: string): Promise<Weights> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Weights
  } catch (error) {
    throw new UsageError(
      `${file} holds no weights (${String(error)})`,
      'weights',
      file,
      'Pass a file that --fit wrote',
    )
  }
}
