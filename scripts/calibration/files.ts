import { evidence } from '../../actors/knowledge/documents/evidence.ts'
import { parse } from '../../actors/knowledge/documents/parsing/parse.ts'
import { contextOf, type Passage } from '../../actors/knowledge/text/passages.ts'
import type { Stretch } from '../../actors/knowledge/text/sentences.ts'
import type { Found } from '../../actors/question-answering/reading/candidate.ts'
import { type FileQuestion, type SmallFolder, wordsOf } from '../../bench/eval/small-files.ts'
import { Pauses } from '../../src/kernel/pauses.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import { Corpus, type Prepared } from './corpus.ts'
import type { Embedder } from './embedder.ts'

/** A question prepared, with the places of its answer in each passage found. */
export interface Located extends Prepared {
  readonly asked: FileQuestion
  readonly places: readonly (readonly Stretch[])[]
}

/** Each folder is a corpus of its own, with all its questions. */
export async function prepareFiles(folders: readonly SmallFolder[], embedder: Embedder): Promise<Located[]> {
  const all: Located[] = []
  for (const one of folders) {
    const passages = await passagesOf(one)
    if (passages.length === 0) continue
    all.push(...(await prepareOver(await Corpus.over(passages, embedder), one.questions)))
  }
  return all
}

export async function prepareOver(corpus: Corpus, questions: readonly FileQuestion[]): Promise<Located[]> {
  return (await corpus.prepare(questions)).map((prepared) => located(prepared, corpus.passages))
}

/** What is read of a folder, on this thread: a worker takes longer to start than a small folder takes to read. */
export async function passagesOf({ files }: SmallFolder): Promise<readonly Passage[]> {
  const encoder = new TextEncoder()
  const found: Passage[] = []
  for (const [file, text] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const parsed = await parse({ file, bytes: encoder.encode(text) })
    if (!('reason' in parsed)) found.push(...parsed.passages)
  }
  return evidence(found, new Pauses(platformKernel()))
}

function located(one: Prepared, all: readonly Passage[]): Located {
  const asked = one.asked as FileQuestion
  const found = new Map(all.map((passage) => [passage, occurrences(passage, asked)]))
  const best = Math.max(0, ...[...found.values()].flat().map(({ share }) => share))
  const places = one.found.map(({ passage }: Found) =>
    asked.unanswerable || best < LEAST
      ? []
      : (found.get(passage) ?? []).filter(({ share }) => share >= Math.max(LEAST, best - NEAR)),
  )
  const right = one.found.flatMap(({ passage }, i) =>
    passage.statements.map(({ start, end }) =>
      (places[i] as Stretch[]).some((place) => place.start >= start && place.end <= end),
    ),
  )
  return { ...one, asked, places, right }
}

/** Share of the words around the answer that its statement has. */
const LEAST = 0.5
const NEAR = 0.1

/** Where the answer stands in a passage, with the share of its sentence's words that stand around it there. */
function occurrences(passage: Passage, { answers, context }: FileQuestion): (Stretch & { share: number })[] {
  const parts = (answers[0] ?? '').match(/[\p{L}\p{N}]+|[^\p{L}\p{N}\s*_`|<>"'\\]/gu) ?? []
  if (parts.length === 0) return []
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}])${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\/]/gu, '\\$&')).join('[\\s*_`|<>"\'\\\\·]*')}(?![\\p{L}\\p{N}])`,
    'giu',
  )
  const wanted = new Set(wordsOf(context.replace(/<[^<>]*>/gu, ' ')))
  const around = wordsOf(contextOf(passage))
  return [...passage.text.matchAll(pattern)].map((match) => {
    const start = match.index
    const end = start + match[0].length
    const own = passage.statements
      .filter((one) => one.start <= start && one.end >= end)
      .sort((a, b) => a.end - a.start - (b.end - b.start))[0]
    // The context is written as one sentence or as several, so either may hold the other.
    const inner = new Set(wordsOf(own === undefined ? '' : passage.text.slice(own.start, own.end)))
    const has = new Set([...inner, ...wordsOf(own?.under ?? ''), ...around])
    const within = [...inner].filter((word) => wanted.has(word)).length / Math.max(1, inner.size)
    const holds = [...wanted].filter((word) => has.has(word)).length / Math.max(1, wanted.size)
    return { start, end, share: Math.max(within, holds) }
  })
}
