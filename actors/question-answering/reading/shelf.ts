import type { Corpus } from '../../knowledge/index/corpus.ts'
import type { Passage } from '../../knowledge/text/passages.ts'
import type { Found, Page } from './candidate.ts'
import { PagesRead } from './pages-read.ts'
import { analyse, type Question } from './question.ts'

/** Questions kept: more than are mostly in flight. */
const QUESTIONS_KEPT = 256

/** Where a document says which version it is. */
const HEAD_CHARS = 400

/** The first lines of the document that a passage belongs to, by its number: the passages of a document follow each other. */
export function headOf(passages: readonly Passage[], number: number): string {
  const file = passages[number]?.file
  let first = number
  while (first > 0 && passages[first - 1]?.file === file) first -= 1
  let head = ''
  for (let at = first; head.length < HEAD_CHARS && passages[at]?.file === file; at += 1)
    head += `${passages[at]?.text}\n`
  return head.slice(0, HEAD_CHARS)
}

/** Passages with the retrievers' scores. They are named by number, since every reader has the collection, and sent by column. */
export interface Retrieved {
  readonly numbers: Uint32Array
  readonly dense: Float32Array
  readonly lexical: Float32Array
}

/** A collection, and what was read lately: pages of it, and the questions about it. All steps of a question share one reading. */
export class Shelf {
  readonly #corpus: Corpus
  readonly #pages = new PagesRead()
  readonly #questions = new Map<string, Question>()

  constructor(corpus: Corpus) {
    this.#corpus = corpus
  }

  question(text: string): Question {
    const known = this.#questions.get(text)
    if (known !== undefined) return known
    const question = analyse(text, this.#corpus.lexical)
    this.#questions.set(text, question)
    if (this.#questions.size > QUESTIONS_KEPT)
      this.#questions.delete(this.#questions.keys().next().value as string)
    return question
  }

  found({ numbers, dense, lexical }: Retrieved): Found[] {
    return Array.from(numbers, (number, i) => ({
      number,
      dense: dense[i] as number,
      lexical: lexical[i] as number,
      passage: this.#passage(number),
    }))
  }

  read(numbers: Uint32Array): Page[] {
    return Array.from(numbers, (number) => this.#pages.of(this.#passage(number)))
  }

  /** The first lines of the document that a passage belongs to: its passages follow each other. */
  headOf(number: number): string {
    return headOf(this.#corpus.passages, number)
  }

  #passage(number: number): Passage {
    return this.#corpus.passages[number] as Passage
  }
}
