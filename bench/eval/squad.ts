import { isUnspaced } from '../../actors/knowledge/text/words.ts'
import { EvaluationDataError } from './errors.ts'
import type { EvaluationQuestion } from './questions.ts'

/** Lower case, no ASCII punctuation, no articles, single spaces, as in the SQuAD evaluation script. */
export function normaliseAnswer(text: string): string {
  return text
    .toLowerCase()
    .replace(/[!-/:-@[-`{-~]/g, '')
    .replace(/\b(?:a|an|the)\b/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
}

/** 1 if the normalised texts are equal; the best over all gold answers. */
export function exactMatch(given: string, answers: readonly string[]): number {
  const own = normaliseAnswer(given)
  return answers.some((answer) => normaliseAnswer(answer) === own) ? 1 : 0
}

/** Harmonic mean of word precision and recall after normalisation; the best over all gold answers. */
export function f1(given: string, answers: readonly string[]): number {
  return answers.reduce((most, answer) => Math.max(most, wordF1(given, answer)), 0)
}

function wordF1(given: string, answer: string): number {
  const own = normaliseAnswer(given).split(' ').filter(Boolean)
  const gold = normaliseAnswer(answer).split(' ').filter(Boolean)
  if (own.length === 0 || gold.length === 0) return own.length === gold.length ? 1 : 0
  const left = new Map<string, number>()
  for (const word of gold) left.set(word, (left.get(word) ?? 0) + 1)
  let shared = 0
  for (const word of own) {
    const count = left.get(word) ?? 0
    if (count > 0) {
      shared += 1
      left.set(word, count - 1)
    }
  }
  if (shared === 0) return 0
  const precision = shared / own.length
  const recall = shared / gold.length
  return (2 * precision * recall) / (precision + recall)
}

/**
 * True if the text contains a gold answer as whole words, ignoring case, accents, punctuation, articles and
 * thousands separators. In scripts without spaces, where words have no ends, any place counts; a word in Latin letters ends where such a
 * script begins.
 */
export function containsGold(text: string, answers: readonly string[]): boolean {
  const own = ` ${comparable(text)} `
  return answers.some((answer) => {
    const gold = comparable(answer)
    if (gold === '') return false
    return isUnspaced(gold)
      ? own.replaceAll(' ', '').includes(gold.replaceAll(' ', ''))
      : own.includes(` ${gold} `)
  })
}

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu

function comparable(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(UNSPACED, ' $& ')
    .replace(/(?<=\d),(?=\d{3})/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/\b(?:a|an|the)\b/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
}

/** Documents and questions of a SQuAD file (versions 1.1 and 2.0). */
export interface SquadSet {
  readonly documents: readonly { readonly file: string; readonly text: string }[]
  readonly questions: readonly (EvaluationQuestion & { readonly article: string; readonly file: string })[]
}

interface SquadFile {
  readonly data: readonly {
    readonly title: string
    readonly paragraphs: readonly {
      readonly context: string
      readonly qas: readonly {
        readonly id: string
        readonly question: string
        readonly is_impossible?: boolean
        readonly answers: readonly { readonly text: string }[]
      }[]
    }[]
  }[]
}

/**
 * Reads a SQuAD file: every paragraph is a separate document (`p00000.txt` …), or every article is one with its
 * title as heading and its paragraphs below.
 *
 * @throws EvaluationDataError (`evaluation-data`) if the text is not SQuAD JSON.
 */
export function readSquad(json: string, document: 'paragraph' | 'article' = 'paragraph'): SquadSet {
  const file = parse(json)
  const documents: { file: string; text: string }[] = []
  const questions: (EvaluationQuestion & { article: string; file: string })[] = []
  for (const article of file.data) {
    const title = decodeURIComponent(article.title).replaceAll('_', ' ')
    if (document === 'article') {
      const text = [`# ${title}`, ...article.paragraphs.map((paragraph) => paragraph.context)].join('\n\n')
      documents.push({ file: `${article.title}.md`, text })
    }
    for (const paragraph of article.paragraphs) {
      if (document === 'paragraph') {
        documents.push({ file: `p${String(documents.length).padStart(5, '0')}.txt`, text: paragraph.context })
      }
      const name = documents.at(-1)?.file ?? ''
      for (const one of paragraph.qas) {
        questions.push({
          id: one.id,
          question: one.question,
          answers: [...new Set(one.answers.map((answer) => answer.text))],
          unanswerable: one.is_impossible === true,
          article: article.title,
          file: name,
        })
      }
    }
  }
  return { documents, questions }
}

function parse(json: string): SquadFile {
  let file: unknown
  try {
    file = JSON.parse(json)
  } catch (cause) {
    throw new EvaluationDataError('the file is not JSON', { path: '$', remedy: 'Use a SQuAD file', cause })
  }
  if (typeof file !== 'object' || file === null || !Array.isArray((file as { data?: unknown }).data)) {
    throw new EvaluationDataError('the file has no `data` list', {
      path: 'data',
      remedy: 'Use a SQuAD file',
    })
  }
  return file as SquadFile
}
