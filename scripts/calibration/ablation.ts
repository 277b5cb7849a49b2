import type { Calibration } from '../../actors/question-answering/calibration/calibration.ts'
import type { Prepared } from './corpus.ts'
import type { Without } from './fit.ts'
import { type Fitted, type Tally, tallyFolds } from './folds.ts'
import type { Material } from './material.ts'

/** What is left out, one row each: nothing, and each reader of the team. */
const LEFT_OUT: readonly (readonly string[])[] = [
  [],
  ['similarity'],
  ['overlap'],
  ['answerType'],
  ['standing'],
]

const SETS = ['squad', 'small', 'factbook']

/** Prints what the team loses without each of its readers, fitted anew each time and measured on held-out folds. */
export function reportAblations<P extends Prepared>(
  material: readonly Material<P>[],
  folds: number,
  team: (without: Without) => {
    readonly fit: (part: readonly Material<P>[]) => Calibration
    readonly outcome: Fitted<P>['outcome']
  },
): void {
  console.log(`| without | ${SETS.map((set) => `${set}: gold | F1 | right of given`).join(' | ')} |`)
  console.log(`|---|${SETS.map(() => '---|---|---|').join('')}`)
  for (const left of LEFT_OUT) {
    const tallies = tallyFolds(material, folds, team(new Set(left)))
    const cells = SETS.flatMap((set) => cellsOf(tallies.get(set)))
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
