/**
 * Fits every constant of the question-answering team and writes actors/question-answering/calibrated.ts.
 *
 *     npx tsx scripts/calibrate-qa.ts                    # writes the constants
 *     npx tsx scripts/calibrate-qa.ts --folds 5          # writes nothing, prints figures on articles held out
 *     npx tsx scripts/calibrate-qa.ts --data DIR         # default ../shared/data
 *
 * Reads SQuAD 1.1 (Du split), the SQuAD 2.0 subset and the factbook's development questions; the factbook's held-out
 * questions are never read. Deterministic for the same data.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { nameFinder } from '../actors/question-answering/reading/names.ts'
import { fitAll, printed } from './calibration/fit.ts'
import { reportFolds } from './calibration/folds.ts'
import { gatherMaterial } from './calibration/material.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const TARGET = 'actors/question-answering/calibrated.ts'

const { values } = parseArgs({
  options: { data: { type: 'string', default: join(ROOT, '../shared/data') }, folds: { type: 'string' } },
})
const find = await nameFinder()
const known = new Map<string, ReturnType<typeof find>>()
// The same statements are read in every fold: names are found once.
const names: typeof find = (text) => {
  const found = known.get(text) ?? find(text)
  known.set(text, found)
  return found
}
const material = await gatherMaterial(ROOT, values.data)
if (values.folds !== undefined) reportFolds(material, Number(values.folds), names)
else {
  writeFileSync(join(ROOT, TARGET), printed(fitAll(material, names)))
  console.log(`wrote ${TARGET}`)
}
