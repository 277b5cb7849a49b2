import { readFolder } from '../../actors/knowledge/documents/read-folder.ts'
import { contextOf, type Passage } from '../../actors/knowledge/text/passages.ts'
import type { Stretch } from '../../actors/knowledge/text/sentences.ts'
import type { Found } from '../../actors/question-answering/reading/candidate.ts'
import { type FileQuestion, type SmallFolder, withFiles, wordsOf } from '../../bench/eval/small-files.ts'
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
  const kernel = platformKernel()
  const all: Located[] = []
  for (const one of folders) {
    const { passages } = await withFiles(one, (path) => readFolder(path, { kernel }))
    if (passages.length === 0) continue
    const corpus = await Corpus.over(passages, embedder)
    for (const prepared of await corpus.prepare(one.questions)) all.push(located(prepared, passages))
  }
  return all
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
