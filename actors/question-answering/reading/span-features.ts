import type { Stretch } from '../../knowledge/text/sentences.ts'
import { STOP_WORDS } from '../../knowledge/text/stop-words.ts'
import { type Word, words } from '../../knowledge/text/words.ts'
import type { Question } from './question.ts'
import { ANSWERED_BY, isFigure, type SpanKind, type TypedSpan, typedSpans } from './spans.ts'

/** Longer runs are only considered up to the end of their clause. */
const RUN_WORDS_MAX = 9

interface Scene {
  readonly text: string
  readonly question: Question
  readonly words: readonly Word[]
  readonly asked: ReadonlySet<string>
  /** The words that the question has too. */
  readonly shared: readonly (Word & { readonly weight: number })[]
  readonly total: number
  readonly typed: readonly TypedSpan[]
}

/** The runs of words of a statement that may be an answer, and their features. A long statement has thousands. */
export class SpanCandidates {
  readonly spans: readonly Stretch[]
  readonly #scene: Scene

  constructor(question: Question, text: string) {
    const own = words(text)
    const weights = new Map(question.terms.map((term) => [term.term, term.weight]))
    this.#scene = {
      text,
      question,
      words: own,
      asked: new Set(words(question.text).map((word) => word.term)),
      shared: own.flatMap((word) => {
        const weight = weights.get(word.term)
        return weight === undefined ? [] : [{ ...word, weight }]
      }),
      total: question.terms.reduce((sum, term) => sum + term.weight, 0) || 1,
      typed: typedSpans(text),
    }
    this.spans = runs(this.#scene)
  }

  /** The features of one of them. */
  row(i: number): number[] {
    const { first, last, ...span } = this.spans[i] as Run
    return row(this.#scene, first, last, span)
  }

  rows(): number[][] {
    return this.spans.map((_, i) => this.row(i))
  }
}

interface Run extends Stretch {
  readonly first: number
  readonly last: number
}

function runs(scene: Scene): Run[] {
  const found: Run[] = []
  scene.words.forEach((word, first) => {
    for (let last = first; last < scene.words.length; last += 1) {
      const end = scene.words[last] as Word
      // No answer crosses a semicolon or the end of a sentence.
      if (last > first && /[;；。!?]/u.test(scene.text.slice((scene.words[last - 1] as Word).end, end.start)))
        break
      if (last - first >= RUN_WORDS_MAX && !endsClause(scene, last)) continue
      found.push({ first, last, ...withEdges(scene.text, word.start, end.end) })
      if (last - first >= 40) break
    }
  })
  return found
}

function endsClause(scene: Scene, last: number): boolean {
  const next = scene.words[last + 1]
  return (
    next === undefined || /[,;:.()–—]/u.test(scene.text.slice((scene.words[last] as Word).end, next.start))
  )
}

/** Includes a currency sign before a number, and a per cent sign, degree or closing bracket after it. */
function withEdges(text: string, start: number, end: number): Stretch {
  const before =
    /(?:US)?[$€£¥₹]\s?$|(?<![\p{L}\p{N}])[-−]$/u.exec(text.slice(Math.max(0, start - 4), start))?.[0] ?? ''
  const after = /^\s?(?:%|°\s?[CF]?)/u.exec(text.slice(end, end + 4))?.[0] ?? ''
  return { start: start - before.length, end: end + after.length }
}

const LINK =
  /^(?:is|are|was|were|be|been|called|named|as|of|in|to|by|at|for|from|on|with|than|about|became|become|including|since|until)$/

function row(scene: Scene, first: number, last: number, span: Stretch): number[] {
  const { text, question, typed } = scene
  const inside = scene.words.slice(first, last + 1)
  const head = inside[0] as Word
  const tail = inside.at(-1) as Word
  const kinds = ANSWERED_BY[question.kind]
  const same = typed.filter((one) => one.start === span.start && one.end === span.end)
  const before = text.slice(Math.max(0, span.start - 2), span.start)
  const after = text.slice(span.end, span.end + 2)
  const previous = scene.words[first - 1]
  const next = scene.words[last + 1]
  const content = inside.filter((word) => !STOP_WORDS.has(word.form))
  const repeated = content.filter((word) => scene.asked.has(word.term)).length
  const length = inside.length
  const firstAsked = scene.shared[0]
  const opens = firstAsked !== undefined && span.end <= firstAsked.start
  const isFlag = (value: boolean) => (value ? 1 : 0)
  return [
    isFlag(same.some((one) => kinds.includes(one.kind))),
    isFlag(same.some((one) => one.kind === kinds[0])),
    isFlag(
      same.length === 0 &&
        typed.some((one) => kinds.includes(one.kind) && one.start >= span.start && one.end <= span.end),
    ),
    isFlag(typed.some((one) => one.kind !== 'quote' && crosses(one, span))),
    isFlag(same.some((one) => one.kind === 'name')),
    isFlag(/\p{N}/u.test(text.slice(span.start, span.end))),
    content.length === 0 ? 1 : repeated / content.length,
    isFlag(scene.asked.has(head.term) || scene.asked.has(tail.term)),
    nearness(scene, span, 0),
    nearness(scene, span, 1),
    Math.log(length),
    isFlag(length === 1),
    isFlag(STOP_WORDS.has(head.form) && !/^(?:the|a|an)$/.test(head.form)),
    isFlag(STOP_WORDS.has(tail.form)),
    isFlag(/^(?:the|a|an)$/.test(head.form)),
    isFlag(/^\p{Lu}/u.test(head.text)),
    isFlag(typed.some((one) => one.kind === 'name' && crosses(one, span)) || isInsideName(typed, span)),
    isFlag(/[^\p{L}\p{N}\s]\s?$/u.test(before) || span.start === 0),
    isFlag(/^\s?[^\p{L}\p{N}\s]/u.test(after) || span.end >= text.length),
    isFlag(previous !== undefined && STOP_WORDS.has(previous.form)),
    isFlag(next !== undefined && STOP_WORDS.has(next.form)),
    isFlag(previous !== undefined && LINK.test(previous.form) && previous.end + 1 >= span.start),
    isFlag(/:\s?$/.test(before)),
    isFlag(/\($/.test(before) && /^\)/.test(after)),
    isFlag(first === 0),
    isFlag(last === scene.words.length - 1),
    isFlag(content.some((word) => /(?:ed|ing|es)$/.test(word.form)) && length > 2),
    isFlag(!same.some((one) => one.kind === kinds[0]) && same.some((one) => isOther(one, kinds))),
    isFlag(opens),
    isFlag(opens && question.kind === 'person'),
    isFlag(question.list) * isFlag(/,|\band\b/.test(text.slice(span.start, span.end))),
    isFlag(same.some((one) => one.kind === 'quote') || (/["“]$/.test(before) && /^["”]/.test(after))),
    isFlag(
      typed.some(
        (one) =>
          kinds.includes(one.kind) &&
          one.start <= span.start &&
          one.end >= span.end &&
          one.end - one.start > span.end - span.start,
      ),
    ),
    isFlag(
      question.focus.length > 0 &&
        ((previous !== undefined && question.focus.includes(previous.term)) ||
          (next !== undefined && question.focus.includes(next.term))),
    ),
    isFlag(kinds.length === 0) * Math.log(length),
  ]
}

/** A place where a person is asked for, a date where a number is: a typed span that does not answer. */
function isOther(one: TypedSpan, kinds: readonly SpanKind[]): boolean {
  return isFigure(one) && !kinds.includes(one.kind)
}

function crosses(one: Stretch, span: Stretch): boolean {
  const overlaps = one.start < span.end && one.end > span.start
  const holds = span.start <= one.start && span.end >= one.end
  const within = one.start <= span.start && one.end >= span.end
  return overlaps && !holds && !within
}

function isInsideName(typed: readonly TypedSpan[], span: Stretch): boolean {
  return typed.some(
    (one) =>
      one.kind === 'name' &&
      one.start <= span.start &&
      one.end >= span.end &&
      one.end - one.start > span.end - span.start,
  )
}

const NEAR_CHARS = 20

/** How near the question's words are: on either side (0), or only before the span (1). */
function nearness(scene: Scene, span: Stretch, side: 0 | 1): number {
  let sum = 0
  for (const word of scene.shared) {
    const { weight } = word
    if (word.start >= span.start && word.end <= span.end) continue
    if (side === 1 && word.start > span.start) continue
    const distance = word.end <= span.start ? span.start - word.end : word.start - span.end
    sum += weight / (1 + Math.max(0, distance) / NEAR_CHARS)
  }
  return sum / scene.total
}
