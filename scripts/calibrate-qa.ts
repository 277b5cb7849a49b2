/**
 * Fits every constant of the question-answering team and writes actors/question-answering/calibration/MODEL.ts.
 *
 *     npx tsx scripts/calibrate-qa.ts                    # writes the constants
 *     npx tsx scripts/calibrate-qa.ts --folds 5          # writes nothing, prints figures on held-out articles
 *     npx tsx scripts/calibrate-qa.ts --reader models/e5-squad-reader   # adds a trained reader to those constants
 *     npx tsx scripts/calibrate-qa.ts --model all-minilm-l6-v2   # for another embedding model than the default
 *     npx tsx scripts/calibrate-qa.ts --model bge-small-zh-v1.5  # for Chinese: fitted on CMRC 2018
 *     npx tsx scripts/calibrate-qa.ts --folds 3 --ablate   # prints what the team loses without each reader, feature and sign
 *     npx tsx scripts/calibrate-qa.ts --folds 2 --ablate --sample   # the same on 200 questions of each of three sets
 *     npx tsx scripts/calibrate-qa.ts --data DIR         # default ../shared/data
 *
 * Reads SQuAD 1.1 (Du split), the SQuAD 2.0 subset and the factbook's development questions; the factbook's held-out
 * questions are never read. Deterministic for the same data.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Calibration } from '../actors/question-answering/calibration/calibration.ts'
import { calibrationOf } from '../actors/question-answering/calibration/calibrations.ts'
import {
  CHINESE_OVERLAP_FEATURES,
  CONFIDENCE_FEATURES,
  EXTRACTION_CONFIDENCE_FEATURES,
} from '../actors/question-answering/calibration/features.ts'
import { CHINESE_EMBEDDER, EMBEDDERS } from '../actors/question-answering/team-models.ts'
import { reportAblations, reportConfidence } from './calibration/ablation.ts'
import type { Prepared } from './calibration/corpus.ts'
import { fitAll, outcomeOf, printed, type Without } from './calibration/fit.ts'
import { fitExtraction, outcomeWithExtraction } from './calibration/fit-extraction.ts'
import { reportFolds } from './calibration/folds.ts'
import { gatherChinese, gatherMaterial, gatherSample, type Material } from './calibration/material.ts'
import { type Read, type ReadMaterial, readBy, readMaterial } from './calibration/reading.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDER = 'actors/question-answering/calibration'

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(ROOT, '../shared/data') },
    folds: { type: 'string' },
    model: { type: 'string', default: EMBEDDERS[0] },
    reader: { type: 'string' },
    ablate: { type: 'boolean', default: false },
    sample: { type: 'boolean', default: false },
  },
})
const chinese = values.model === CHINESE_EMBEDDER
const material = chinese
  ? await gatherChinese(values.data, values.model)
  : values.sample
    ? await gatherSample(values.data, values.model)
    : await gatherMaterial(
        ROOT,
        values.data,
        values.model,
        ...(values.reader === undefined || values.ablate ? [] : [readBy(values.reader)]),
      )
/** The features that a language doesn't use. */
const UNUSED = chinese ? [] : CHINESE_OVERLAP_FEATURES.map((name) => `overlap.${name}`)
/** In Chinese too, what is "not sure" is said so: silence is for what is nearly always wrong. */
const RIGHT_LOST_MOST = chinese ? 0.01 : undefined
const COMMAND = `npx tsx scripts/calibrate-qa.ts${values.model === EMBEDDERS[0] ? '' : ` --model ${values.model}`}`
if (values.reader === undefined) {
  const team = {
    fit: (part: readonly Material[]) => fitAll(part, new Set(UNUSED), undefined, RIGHT_LOST_MOST),
    outcome: (one: Prepared, calibration: Calibration) => outcomeOf(one, calibration),
  }
  const folds = Number(values.folds ?? 3)
  if (values.ablate) {
    const kept = calibrationOf(values.model, false)
    reportConfidence(material, folds, (one) => outcomeOf(one, kept), CONFIDENCE_FEATURES)
    await reportAblations(material, folds, (without) => ({
      ...team,
      fit: (part) => fitAll(part, new Set([...without, ...UNUSED]), kept.span, RIGHT_LOST_MOST),
    }))
  } else if (values.folds !== undefined) await reportFolds(material, folds, team)
  else write(`${FOLDER}/${values.model}.ts`, printed(team.fit(material), COMMAND))
} else {
  const base = calibrationOf(values.model, false)
  const read = await readMaterial(material, values.reader)
  const team = {
    fit: (part: readonly ReadMaterial[]) => fitExtraction(base, part),
    outcome: (one: Read, calibration: Calibration) => outcomeWithExtraction(one, calibration),
  }
  if (values.ablate) {
    const folds = Number(values.folds ?? 3)
    const kept = calibrationOf(values.model, true)
    const columns = [...CONFIDENCE_FEATURES, ...EXTRACTION_CONFIDENCE_FEATURES]
    reportConfidence(read, folds, (one) => outcomeWithExtraction(one, kept), columns)
    await reportAblations(read, folds, (without: Without) => {
      const left = fitAll(material, new Set([...without, ...UNUSED]), base.span)
      return { ...team, fit: (part) => fitExtraction(left, part) }
    })
  } else if (values.folds !== undefined) {
    const without = {
      fit: () => base,
      outcome: (one: Read, c: Calibration) => outcomeOf(one, c),
    }
    console.log('without the trained reader:')
    await reportFolds(read, Number(values.folds), without)
    console.log('with it:')
    await reportFolds(read, Number(values.folds), team)
  } else {
    const command = `${COMMAND} --reader models/e5-squad-reader`
    write(`${FOLDER}/${values.model}-with-reader.ts`, printed(team.fit(read), command))
  }
}

function write(target: string, source: string): void {
  writeFileSync(join(ROOT, target), source)
  console.log(`wrote ${target}`)
}
