import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openOpinionMonitor } from '../../actors/opinion-monitor/open-opinion-monitor.ts'
import { MOODS, type Mood, moodOf } from '../../actors/opinion-monitor/reading/mood.ts'
import type { StreamHeadline } from '../../actors/opinion-monitor/stream-headline.ts'
import { moodFigures } from '../../actors/opinion-monitor/training/figures.ts'
import { readLabelled } from '../../actors/opinion-monitor/training/read-labelled.ts'
import { examplesOf, type LabelledHeadline, train } from '../../actors/opinion-monitor/training/train.ts'
import { embedded } from '../../actors/opinion-monitor/training/vectors.ts'
import { weightsText } from '../../actors/opinion-monitor/training/weights-text.ts'
import { SeededRandomness } from '../../src/kernel/random.ts'
import type { BenchResult } from '../result.ts'
import { watchFigures } from './opinion-watch.ts'

const DATA = fileURLToPath(new URL('../../../shared/data/sentfin/train.jsonl', import.meta.url))
/** Headlines that are tested on, of those in the data; the others are trained on. */
const TESTED = 0.2
/** A scorer that waits for its model is no worse a scorer. */
const GRACE = '50s'
const FIRST_AT = Date.UTC(2026, 0, 1)

/**
 * The opinion monitor's figures: moods of entities beside two baselines, speed, surges and shifts.
 *
 *     npm run eval -- opinion-monitor --json                # a seeded fifth of ../shared/data/sentfin is left out of training
 *     npm run eval -- opinion-monitor --data FILE --json    # the weights that ship, on your own labelled headlines
 *     npm run eval -- opinion-monitor --no-encoder
 */
export async function run({
  quick,
  argv,
}: {
  readonly quick: boolean
  readonly argv: readonly string[]
}): Promise<readonly BenchResult[]> {
  const given = argv.includes('--data') ? argv[argv.indexOf('--data') + 1] : undefined
  const file = given ?? DATA
  const watched = watchFigures(quick)
  if (given === undefined && !existsSync(file)) {
    process.stderr.write(`eval: ${file} is absent; only the watch is measured\n`)
    return watched
  }
  const { headlines, bad } = readLabelled(file)
  for (const { line, reason } of bad) process.stderr.write(`eval: line ${line} is left out: ${reason}\n`)
  const encoder = !quick && !argv.includes('--no-encoder')
  const { tested, weights } =
    given === undefined
      ? await trainedOnRest(quick ? headlines.slice(0, 1_000) : headlines, encoder)
      : { tested: headlines, weights: undefined }
  return [...(await moodResults(tested, weights, encoder)), ...(await speeds(tested, encoder)), ...watched]
}

/** Weights trained without a fifth of the headlines, in a file. */
async function trainedOnRest(headlines: readonly LabelledHeadline[], encoder: boolean) {
  const random = new SeededRandomness(2026).stream('eval')
  const held = headlines.map(() => random.next() < TESTED)
  const plain = examplesOf(headlines.filter((_, i) => !held[i]))
  const weights = join(mkdtempSync(join(tmpdir(), 'opinion-')), 'weights.json')
  writeFileSync(weights, weightsText(train(encoder ? await embedded(plain) : plain, random), {}))
  return { tested: headlines.filter((_, i) => held[i]), weights }
}

async function moodResults(
  tested: readonly LabelledHeadline[],
  weights: string | undefined,
  encoder: boolean,
): Promise<BenchResult[]> {
  await using monitor = await openOpinionMonitor({
    ...(weights === undefined ? {} : { weights }),
    encoder,
    grace: GRACE,
  })
  const truths: Mood[] = []
  /** By scorer: what it said, and the truth of the same headlines. One that was missing said nothing. */
  const given: Record<string, { said: Mood[]; truths: Mood[] }> = {}
  const rows = tested.map(({ title, entities }, i) => ({
    title,
    at: FIRST_AT + i,
    entities: Object.keys(entities),
    id: `${i}`,
  }))
  let i = 0
  for await (const { reading, error } of monitor.watch(rows)) {
    if (error !== undefined) throw error
    const { entities } = tested[i++] as LabelledHeadline
    for (const { entity, mood, by } of reading.mentions) {
      const truth = entities[entity] as Mood
      truths.push(truth)
      for (const [name, said] of [
        ...Object.entries(by).map(([name, chances]) => [name, moodOf(chances)] as const),
        ['vote', mood] as const,
      ]) {
        given[name] ??= { said: [], truths: [] }
        given[name].said.push(said)
        given[name].truths.push(truth)
      }
    }
  }
  const counts = MOODS.map((mood) => truths.filter((one) => one === mood).length)
  const most = MOODS[counts.indexOf(Math.max(...counts))] as Mood
  const scored = (name: string, one = given[name] ?? { said: [], truths: [] }): BenchResult => ({
    name: `mood of an entity, ${name} (${one.truths.length})`,
    value: moodFigures(one.said, one.truths).macroF1,
    unit: 'macro-F1',
  })
  const majority = scored('most frequent', { said: truths.map(() => most), truths })
  const lexicon = scored('lexicon')
  const best = scored('vote')
  const others = Object.keys(given).filter((name) => name !== 'vote' && name !== 'lexicon')
  return [
    { ...best, ratio: best.value / lexicon.value, of: lexicon.name },
    majority,
    lexicon,
    ...others.map((name) => scored(name)),
  ]
}

/** Headlines a second through the whole team, windows and detectors included; each text once, so that no cache helps. */
async function speeds(tested: readonly LabelledHeadline[], encoder: boolean): Promise<BenchResult[]> {
  const results: BenchResult[] = []
  for (const withEncoder of encoder ? [false, true] : [false]) {
    await using monitor = await openOpinionMonitor({ encoder: withEncoder })
    const count = withEncoder ? 1_500 : 20_000
    const rows = Array.from({ length: count }, (_, i): StreamHeadline => {
      const { title, entities } = tested[i % tested.length] as LabelledHeadline
      // Another number makes it another text for the encoder's cache.
      return { title: `${title} ${i}`, at: FIRST_AT + i * 1_000, entities: Object.keys(entities), id: `${i}` }
    })
    for await (const _ of monitor.watch(rows.slice(0, 100))) {
      // Warm.
    }
    const started = performance.now()
    for await (const { error } of monitor.watch(rows.slice(100))) if (error !== undefined) throw error
    await monitor.close()
    const seconds = (performance.now() - started) / 1_000
    results.push({
      name: `headlines read and watched, ${withEncoder ? 'with the encoder' : 'light scorers'}`,
      value: (count - 100) / seconds,
      unit: '/s',
    })
  }
  return results
}
