import { confidenceFeatures } from '../../actors/question-answering/answering/confidence.ts'
import type { Outcome } from '../../actors/question-answering/answering/vote.ts'
import type { Calibration } from '../../actors/question-answering/calibration/calibration.ts'
import type { Prepared } from './corpus.ts'
import { IMPORTANCE, isRight, READERS, type Without } from './fit.ts'
import { type Fitted, foldOf, type Tally, tallyFolds } from './folds.ts'
import type { Material } from './material.ts'
import { fitLogistic } from './regression.ts'

/** What is left out, one row each: nothing, each reader of the team, each of its features. */
const LEFT_OUT: readonly (readonly string[])[] = [
  [],
  ...READERS.map(({ name }) => [name]),
  ...READERS.flatMap(({ name, columns }) => columns.map((column) => [`${name}.${column}`])),
]

const SETS = ['squad', 'reddit', 'amazon', 'small', 'factbook', 'cmrc']

/** Prints what the team loses without each of its readers and their features, fitted anew each time and measured on held-out folds. */
export async function reportAblations<P extends Prepared>(
  material: readonly Material<P>[],
  folds: number,
  team: (without: Without) => {
    readonly fit: (part: readonly Material<P>[]) => Calibration
    readonly outcome: Fitted<P>['outcome']
  },
): Promise<void> {
  const sets = SETS.filter((set) => material.some(({ name }) => name === set))
  console.log(`| without | ${sets.map((set) => `${set}: gold | F1 | right of given`).join(' | ')} |`)
  console.log(`|---|${sets.map(() => '---|---|---|').join('')}`)
  for (const left of LEFT_OUT) {
    const tallies = await tallyFolds(material, folds, team(new Set(left)))
    const cells = sets.flatMap((set) => cellsOf(tallies.get(set)))
    console.log(`| ${left.join(', ') || 'nothing'} | ${cells.join(' | ')} |`)
  }
}

function cellsOf(tally: Tally | undefined): string[] {
  if (tally === undefined || tally.answerable === 0) return ['–', '–', '–']
  const { answerable, right, f1, kept, given } = tally
  return [right / answerable, f1 / answerable, given === 0 ? 0 : kept / given].map((share) =>
    share.toFixed(3),
  )
}

interface Sample {
  readonly row: readonly number[]
  readonly right: boolean
  readonly importance: number
  readonly fold: number
}

/**
 * Prints what the confidence loses without each of its signs: log loss and area under the ROC curve of right answers against wrong
 * ones, and the share that is right of the surest 70 %, on held-out folds. The vote stays as it is.
 */
export function reportConfidence<P extends Prepared>(
  material: readonly Material<P>[],
  folds: number,
  outcome: (one: P) => Outcome,
  columns: readonly string[],
): void {
  const samples = material.flatMap(({ name, group, prepared }) =>
    prepared.map((one): Sample => {
      const voted = outcome(one)
      return {
        row: confidenceFeatures(one.question, one.found, voted),
        right: isRight(one, voted),
        importance: IMPORTANCE[name] ?? 1,
        fold: foldOf(group(one.asked), folds),
      }
    }),
  )
  console.log('| without | log loss | area under ROC | right of the surest 70 % |\n|---|---|---|---|')
  for (const left of [undefined, ...columns]) {
    const used = columns.map((column) => column !== left)
    const given = predicted(samples, folds, used)
    const figures = [logLoss(samples, given), rocArea(samples, given), surest(samples, given)]
    console.log(`| ${left ?? 'nothing'} | ${figures.map((figure) => figure.toFixed(4)).join(' | ')} |`)
  }
}

/** The probability of each sample by a fit on the other folds. */
function predicted(samples: readonly Sample[], folds: number, used: readonly boolean[]): number[] {
  const rowOf = ({ row }: Sample) => row.map((value, j) => (used[j] ? value : 0))
  const given = new Array<number>(samples.length).fill(0)
  for (let fold = 0; fold < folds; fold += 1) {
    const others = samples.filter((one) => one.fold !== fold)
    const weights = fitLogistic(
      others.map(rowOf),
      others.map(({ right }) => right),
      { importance: others.map(({ importance }) => importance) },
    )
    samples.forEach((one, i) => {
      if (one.fold !== fold) return
      const sum = rowOf(one).reduce(
        (at, value, j) => at + value * (weights[j] as number),
        weights.at(-1) ?? 0,
      )
      given[i] = 1 / (1 + Math.exp(-sum))
    })
  }
  return given
}

function logLoss(samples: readonly Sample[], given: readonly number[]): number {
  let loss = 0
  let whole = 0
  samples.forEach(({ right, importance }, i) => {
    const p = Math.min(1 - 1e-6, Math.max(1e-6, given[i] as number))
    loss -= importance * Math.log(right ? p : 1 - p)
    whole += importance
  })
  return loss / whole
}

/** How often a right answer is given more confidence than a wrong one. */
function rocArea(samples: readonly Sample[], given: readonly number[]): number {
  const order = given.map((_, i) => i).sort((a, b) => (given[a] as number) - (given[b] as number))
  let wrong = 0
  let above = 0
  let rights = 0
  for (const i of order) {
    if (samples[i]?.right === true) {
      rights += 1
      above += wrong
    } else wrong += 1
  }
  return rights === 0 || wrong === 0 ? 0 : above / (rights * wrong)
}

const SUREST = 0.7

function surest(samples: readonly Sample[], given: readonly number[]): number {
  const order = given.map((_, i) => i).sort((a, b) => (given[b] as number) - (given[a] as number))
  const most = order.slice(0, Math.floor(order.length * SUREST))
  return most.filter((i) => samples[i]?.right === true).length / Math.max(1, most.length)
}
