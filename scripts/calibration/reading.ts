import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Found } from '../../actors/question-answering/reading/candidate.ts'
import { otherEntries } from '../../actors/question-answering/reading/entries.ts'
import { READ_MOST } from '../../actors/question-answering/reading/extraction.ts'
import type { Question } from '../../actors/question-answering/reading/question.ts'
import {
  inPassage,
  type ReadingText,
  readingText,
  titlesTell,
} from '../../actors/question-answering/reading/reading-text.ts'
import { isHeldOut } from '../../bench/eval/small-files.ts'
import { createInference, platformKernel } from '../../src/index.ts'
import { type ExtractedAnswer, questionAnswering } from '../../src/inference/index.ts'
import type { Prepared } from './corpus.ts'
import type { Material, Select } from './material.ts'

/** A question prepared, and read by the trained reader. */
export interface Read extends Prepared {
  readonly extracted: readonly ExtractedAnswer[]
}

export type ReadMaterial = Material<Read>

/** The most questions of a set that are read: reading takes most of the time, and the shares of the sets matter more than their sizes. */
const READ_QUESTIONS: Readonly<Record<string, number>> = {
  squad: 500,
  missing: 120,
  small: 100,
  articles: 60,
  squad2: 120,
}

/** The questions that the trained reader will read; the others need no preparing. */
export function readBy(model: string): Select {
  const allowed = unseenBy(model)
  return (set, questions, group) => {
    const unseen = questions.filter((asked) => isUnseen(set, group(asked), allowed))
    // The folders of the small set come one by one: their sum is bounded where they are read.
    return set === 'small' ? unseen : unseen.slice(0, READ_QUESTIONS[set])
  }
}

/** Whether the trained reader has not seen a group of questions: of SQuAD's articles those that its card names, of small files a quarter. */
function isUnseen(set: string, group: string, articles: ReadonlySet<string>): boolean {
  return set === 'factbook' || (set === 'files' ? isHeldOut({ folder: group }) : articles.has(group))
}

function unseenBy(model: string): ReadonlySet<string> {
  const card = JSON.parse(readFileSync(join(model, 'model.json'), 'utf8')) as { heldOut: readonly string[] }
  return new Set(card.heldOut)
}

/**
 * Makes the trained reader read only what it was not trained on: for SQuAD the articles that its card lists as held out,
 * for other sets everything. Each pair is read once and stored in a file under the system's temporary folder.
 */
export async function readMaterial(material: readonly Material[], model: string): Promise<ReadMaterial[]> {
  const allowed = unseenBy(model)
  const cache = keptAnswers(model)
  const engine = createInference({ kernel: platformKernel() })
  const task = questionAnswering(model, { nBest: 12 })
  const read: ReadMaterial[] = []
  for (const one of material) {
    const unseen = one.prepared
      .filter((item) => isUnseen(one.name, one.group(item.asked), allowed))
      .slice(0, READ_QUESTIONS[one.name])
    const prepared = await Promise.all(
      unseen.map(async (item) => ({
        ...item,
        extracted: await cache.of(item.question, item.found, (rows) => engine.run(task, rows)),
      })),
    )
    if (prepared.length > 0) read.push({ ...one, prepared })
  }
  await engine.stop()
  return read
}

/** What the team gives the trained reader: of the passages found the first. */
export function textsRead(question: Question, found: readonly Found[]): ReadingText[] {
  const read = found.slice(0, READ_MOST)
  const titled = titlesTell(read)
  const others = otherEntries(
    question,
    read.map(({ passage }) => passage),
  )
  return read.map(({ passage }, i) => readingText(question, passage, titled, others[i]))
}

/** The answers of a trained reader, stored from run to run. */
export function keptAnswers(model: string): Kept {
  const { sha256 } = JSON.parse(readFileSync(join(model, 'model.json'), 'utf8')) as {
    sha256: Readonly<Record<string, string>>
  }
  return new Kept(join(tmpdir(), 'ganglion-calibration'), sha256['model.onnx'] ?? '')
}

/** Answers by question and passage, stored from run to run. */
class Kept {
  private readonly known = new Map<string, ExtractedAnswer>()
  private readonly file: string

  constructor(folder: string, modelSha256: string) {
    mkdirSync(folder, { recursive: true })
    this.file = join(folder, `reader-${modelSha256.slice(0, 12)}.jsonl`)
    if (!existsSync(this.file)) return
    for (const line of readFileSync(this.file, 'utf8').split('\n').filter(Boolean)) {
      const [key, answer] = JSON.parse(line) as [string, ExtractedAnswer]
      this.known.set(key, answer)
    }
  }

  async of(
    question: Question,
    found: readonly Found[],
    run: (rows: { question: string; context: string }[]) => Promise<ExtractedAnswer[]>,
  ): Promise<ExtractedAnswer[]> {
    const texts = textsRead(question, found)
    const rows = texts.map(({ context }) => ({ question: question.text, context }))
    const keys = rows.map(({ context }) =>
      createHash('md5').update(`${question.text}\n${context}`).digest('hex'),
    )
    const missing = rows.flatMap((row, i) => (this.known.has(keys[i] as string) ? [] : [{ row, i }]))
    const answers = await run(missing.map(({ row }) => row))
    missing.forEach(({ i }, at) => {
      const answer = answers[at] as ExtractedAnswer
      this.known.set(keys[i] as string, answer)
      appendFileSync(this.file, `${JSON.stringify([keys[i], answer])}\n`)
    })
    return keys.map((key, i) => inPassage(this.known.get(key) as ExtractedAnswer, texts[i] as ReadingText))
  }
}
