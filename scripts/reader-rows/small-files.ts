import { readFileSync } from 'node:fs'
import { BETWEEN } from '../../actors/knowledge/text/passages.ts'
import type { ReadingText } from '../../actors/question-answering/reading/reading-text.ts'
import { EMBEDDERS } from '../../actors/question-answering/team-models.ts'
import {
  type FileQuestion,
  folderOf,
  readSmallFolders,
  SMALL_FILES,
  wordsOf,
} from '../../bench/eval/small-files.ts'
import { Embedder } from '../calibration/embedder.ts'
import { type Located, prepareFiles } from '../calibration/files.ts'
import { textsRead } from '../calibration/reading.ts'
import type { ReaderRow } from './row.ts'

/** The passages that the team reads for each question about small files. What its own filters blank is left out. */
export async function smallFiles(): Promise<ReaderRow[]> {
  const embedder = await Embedder.open(EMBEDDERS[0])
  const located = await prepareFiles(readSmallFolders(readFileSync(SMALL_FILES)), embedder)
  await embedder.stop()
  return located.flatMap(rowsOf)
}

function rowsOf({ asked, question, found, places }: Located): ReaderRow[] {
  const texts = textsRead(question, found)
  const below = texts.map((text, i) =>
    (places[i] ?? []).map(({ start, end }) => answerAt(text.context, text.before + start, end - start)),
  )
  const inText = places.some((own) => own.length > 0)
  const above = texts.map((text) => (inText || asked.unanswerable ? [] : inHeading(text, asked)))
  if (!inText && !asked.unanswerable && above.every((own) => own.length === 0)) return []
  return texts.flatMap(({ context }, i) => {
    const own = (below[i] as Answer[]).filter(([at, text]) => !isBlank(context, at, text))
    if (own.length < (below[i] as Answer[]).length && own.length === 0) return []
    const answers = [...own, ...(above[i] as Answer[])]
    return [
      { source: 'files', group: folderOf(asked), id: asked.id, question: question.text, context, answers },
    ]
  })
}

type Answer = readonly [number, string]

function answerAt(context: string, at: number, length: number): Answer {
  return [at, context.slice(at, at + length)]
}

function isBlank(context: string, at: number, text: string): boolean {
  return text.trim() === '' || context.slice(at, at + text.length).trim() === ''
}

/** The answer in the last of the headings above, where its sentence is that heading ("2.2.1, 2024-04-02"). */
function inHeading({ context, before }: ReadingText, { answers, context: sentence }: FileQuestion): Answer[] {
  const headings = context.slice(0, before)
  const from = headings.lastIndexOf(BETWEEN) + 1
  const gold = answers[0] ?? ''
  const at = headings.toLowerCase().lastIndexOf(gold.toLowerCase())
  const own = new Set(wordsOf(headings.slice(from)))
  const wanted = [...new Set(wordsOf(sentence))]
  const held = wanted.filter((word) => own.has(word)).length
  return at < from || held < wanted.length / 2 ? [] : [answerAt(headings, at, gold.length)]
}
