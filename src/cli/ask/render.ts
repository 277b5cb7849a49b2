import type { AnswerExplanation, AskResult, Source } from '../../../actors/question-answering/ask-result.ts'
import type { Style } from '../style.ts'
import { table } from '../table.ts'

const PASSAGE_CHARS = 400

/** A confidence in words: as sure as the calibration requires, less sure, or too unsure for an answer. */
function inWords({ answer, sure }: AskResult): string {
  if (answer === null) return 'too low to answer'
  return sure ? 'high' : 'low'
}

/** Most sources in a text answer, unless a number was asked for. */
const SOURCES_SHOWN = 3
/** Others that had less of the vote say nothing about the answer. */
const SCORE_SHOWN = 0.05

/** The result for people: the answer and the best sources; with an explanation, also how it was found. */
export function renderResult(result: AskResult, style: Style, sources?: number): string {
  const { answer, confidence, missing, sure } = result
  const lines: string[] = ['']
  if (answer === null) {
    lines.push(style.warn(style.bold('These documents contain no answer that I am confident of.')))
  } else {
    const shown = style.bold(highlight(answer, result.span, style))
    lines.push(sure ? shown : `${style.warn('Not sure:')} ${shown}`)
  }
  lines.push(style.dim(`confidence ${Math.round(confidence * 100)} % (${inWords(result)})`))
  if (missing.length > 0) lines.push(style.warn(`without ${missing.join(', ')}: too slow, or failed`))
  const best =
    sources === undefined
      ? result.sources.slice(0, SOURCES_SHOWN).filter(({ score }, i) => i === 0 || score >= SCORE_SHOWN)
      : result.sources.slice(0, sources)
  lines.push('', ...renderSources({ ...result, sources: best }, style))
  if (result.explain !== undefined) lines.push(...renderWay(result, style))
  return `${lines.join('\n')}\n`
}

/** All sources of a result, with the relevant part of each. */
export function renderSources({ answer, sources }: AskResult, style: Style): string[] {
  const head = style.accent(answer === null ? 'Nearest passages' : 'Sources')
  return [
    head,
    ...sources.flatMap((source, i) => [
      `${i + 1}. ${style.bold(placeOf(source))} ${style.dim([source.score.toFixed(2), ...source.headings].join(' · '))}`,
      ...indent(excerpt(source.passage, answer), '   '),
    ]),
  ]
}

/** How an answer came about: its path, and all that explains it. */
export function renderWay(result: AskResult, style: Style): string[] {
  const { explain } = result
  return [...renderPath(result, style), ...(explain === undefined ? [] : renderExplanation(explain, style))]
}

/** Every hop of the question's messages, and where the time went. */
function renderPath({ path, timing }: AskResult, style: Style): string[] {
  const rows = path.map((step) => [
    step.processor,
    step.weight.toFixed(2),
    String(step.attempt),
    step.queueMs.toFixed(1),
    step.runMs.toFixed(1),
    step.outcome,
  ])
  const head = ['processor', 'weight', 'attempt', 'queue ms', 'run ms', 'outcome']
  return [
    '',
    style.accent('Path'),
    ...table(head, rows).map((row) => `   ${row}`),
    '',
    style.dim(`index ${timing.indexMs.toFixed(0)} ms, answer ${timing.answerMs.toFixed(0)} ms`),
  ]
}

function highlight(answer: string, span: string | null, style: Style): string {
  const at = span === null || span === answer ? -1 : answer.indexOf(span)
  if (span === null || at < 0) return answer
  return `${answer.slice(0, at)}${style.good(span)}${answer.slice(at + span.length)}`
}

/** A PDF is found by its page, other files by their line. */
function placeOf({ file, line, page }: Source): string {
  return page === undefined ? `${file}:${line}` : `${file}, page ${page}`
}

/** The part of a long passage around the answer. */
function excerpt(passage: string, answer: string | null): string {
  if (passage.length <= PASSAGE_CHARS) return passage
  const at = answer === null ? 0 : Math.max(0, passage.indexOf(answer))
  const from = Math.max(0, Math.min(at - 80, passage.length - PASSAGE_CHARS))
  const to = Math.min(passage.length, from + PASSAGE_CHARS)
  return `${from > 0 ? '… ' : ''}${passage.slice(from, to).trim()}${to < passage.length ? ' …' : ''}`
}

function indent(text: string, by: string): string[] {
  return text.split('\n').map((line) => `${by}${line}`)
}

function renderExplanation(explain: AnswerExplanation, style: Style): string[] {
  const { names, A } = explain.matrix
  const columns = names.map((_, i) => `→${i}`)
  const matrix = table(
    ['', '', ...columns],
    A.map((row, i) => [
      String(i),
      names[i] ?? '',
      ...row.map((weight) => (weight === 0 ? '·' : weight.toFixed(2))),
    ]),
  )
  const votes = explain.votes.map((vote) => [
    vote.share.toFixed(2),
    ...Object.values(vote.marks).map((mark) => mark.toFixed(2)),
    `${vote.file}:${vote.line}`,
    vote.statement.length > 60 ? `${vote.statement.slice(0, 59)}…` : vote.statement,
  ])
  const messages = explain.messages.map(({ header, frameBytes }) => [
    String(header.id),
    header.kind,
    `${header.source?.path.split('/').at(-1) ?? ''} (${header.source?.state ?? ''})`,
    header.type,
    header.next ?? '',
    String(header.attempt),
    header.budgetMs === undefined ? '' : header.budgetMs.toFixed(0),
    frameBytes === null ? '' : String(frameBytes),
  ])
  return [
    '',
    style.accent(
      'Routing matrix A (row i: the weight of each processor at i; column j: where its output goes)',
    ),
    ...matrix.map((row) => `   ${row}`),
    '',
    style.accent(
      `Votes (share of the vote, marks of the readers; abstains below confidence ${explain.threshold.toFixed(2)})`,
    ),
    ...table(['share', ...Object.keys(explain.votes[0]?.marks ?? {}), 'source', 'statement'], votes).map(
      (row) => `   ${row}`,
    ),
    '',
    style.accent('Joins'),
    ...explain.joins.map(
      ({ merge, weights, failed, missing }) =>
        `   ${merge}: ${Object.entries(weights)
          .map(([name, weight]) => `${name} ${weight.toFixed(2)}`)
          .join(
            ', ',
          )}${failed.length > 0 ? `; failed: ${failed.join(', ')}` : ''}${missing.length > 0 ? `; missing: ${missing.join(', ')}` : ''}`,
    ),
    '',
    style.accent('Messages (header; frame is its size in msgpack)'),
    ...table(
      ['id', 'kind', 'from (state)', 'type', 'next', 'attempt', 'budget ms', 'frame bytes'],
      messages,
    ).map((row) => `   ${row}`),
    '',
    style.accent('Lifecycle'),
    ...explain.processors.map(({ path, states }) => `   ${path}: ${states.join(' → ')}`),
  ]
}
