import { describe, expect, it } from 'vitest'
import { readMarkdown } from '../../../actors/knowledge/documents/formats/markdown.ts'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { LexicalIndex } from '../../../actors/knowledge/retrieval/lexical-index.ts'
import { type Passage, passages } from '../../../actors/knowledge/text/passages.ts'
import { answered } from '../../../actors/question-answering/answering/answer.ts'
import { confidence } from '../../../actors/question-answering/answering/confidence.ts'
import { vote } from '../../../actors/question-answering/answering/vote.ts'
import { CALIBRATED } from '../../../actors/question-answering/calibration/e5-small-v2-with-reader.ts'
import { type Found, statementTexts } from '../../../actors/question-answering/reading/candidate.ts'
import { READ_MOST } from '../../../actors/question-answering/reading/extraction.ts'
import { analyse } from '../../../actors/question-answering/reading/question.ts'
import {
  readAnswerType,
  readExtraction,
  readOverlap,
  readSimilarity,
  readStanding,
} from '../../../actors/question-answering/reading/reader.ts'

const QUESTION = 'Who founded the service team?'
const TEAM = passages(readMarkdown('team.md', 'Dr Anna Berg founded the service team in Oslo.\n'))

/** How sure the team is, where a trained reader gives `noAnswer` that the passage does not answer. */
function surenessAt(noAnswer: number): number {
  const lexical = new LexicalIndex(TEAM)
  const question = analyse(QUESTION, lexical)
  const found: Found[] = TEAM.map((passage, number) => ({ number, passage, dense: 0.9, lexical: 1 }))
  const span = { text: 'Dr Anna Berg', start: 0, end: 12, score: 1 - noAnswer }
  // The statement means what is asked.
  const unit = Float32Array.of(1, 0)
  const vectors = statementTexts(found).map(() => unit)
  const readings = [
    readSimilarity(unit, vectors, found, CALIBRATED),
    readOverlap(question, found, CALIBRATED),
    readAnswerType(question, found, CALIBRATED),
    readStanding(question, found, CALIBRATED),
    readExtraction([{ answer: span.text, spans: [span], noAnswer }], found, CALIBRATED),
  ]
  return confidence(question, found, vote(readings, found, CALIBRATED), CALIBRATED)
}

/** How sure the team is of what a trained reader finds in a text that has no word of the question, and below which confidence it abstains. */
async function paraphrased(passagesOfFolder: number, noAnswer: number) {
  const file = Array.from(
    { length: passagesOfFolder },
    (_, i) => `## Part ${i}\n\nNothing of note ${i}.\n`,
  ).join('\n')
  const all = passages(readMarkdown('team.md', `She hid a small snail.\n\n${file}`))
  const question = analyse('What was put there in place of a signature?', new LexicalIndex(all))
  const found: Found[] = all.map((passage, number) => ({ number, passage, dense: 0.77, lexical: 0 }))
  const span = { text: 'a small snail', start: 8, end: 21, score: 1 - noAnswer }
  const none = { answer: null, spans: [], noAnswer: 1 }
  const extracted = found
    .slice(0, READ_MOST)
    .map((_, i) => (i === 0 ? { answer: span.text, spans: [span], noAnswer } : none))
  const readings = [readStanding(question, found, CALIBRATED), readExtraction(extracted, found, CALIBRATED)]
  const outcome = vote(readings, found, CALIBRATED)
  return answered(question, found, outcome, CALIBRATED, async () => {})
}

/** What answers where a list has won, with so many items behind it by rank and the span in one of them. */
async function fromList(text: string, list: string, items: readonly string[], spanned: string) {
  const [passage] = passages(readMarkdown('a.md', text))
  return fromPassage(passage, list, items, spanned)
}

function fromPassage(passage: Passage | undefined, list: string, items: readonly string[], spanned: string) {
  if (passage === undefined) throw new Error('no passage')
  const found: Found[] = [{ number: 0, passage, dense: 0.8, lexical: 1 }]
  const placeOf = (text: string) =>
    passage.statements.findIndex(({ start, end }) => passage.text.slice(start, end).includes(text))
  const item = (text: string) =>
    passage.statements.findIndex(
      ({ kind, start, end }) => kind !== 'list' && passage.text.slice(start, end).includes(text),
    )
  const marks = { similarity: 0, overlap: 0, answerType: 0, standing: 0, extraction: 0 }
  const ballots = [placeOf(list), ...items.map(item)].map((statement, i) => ({
    found: 0,
    statement,
    score: -i,
    share: 0.3,
    marks,
  }))
  const start = passage.text.indexOf(spanned) - (passage.statements[placeOf(list)]?.start ?? 0)
  const outcome = {
    ballots,
    passages: [{ found: 0, share: 1 }],
    agreement: 1,
    spans: [{ start, end: start + spanned.length, score: 0.5 }],
    answerable: 3,
  }
  return async (asked: string) =>
    (await answered(analyse(asked, new LexicalIndex([passage])), found, outcome, CALIBRATED, async () => {}))
      .best?.answer
}

it('of a list that has won the item with the most votes answers, wherever the span is [G308]', async () => {
  const text = '- Windows\n  - Logs: here\n  - Cache: there\n  - Config: away\n'
  const told = await fromList(text, 'Windows', ['Logs', 'Cache'], 'there')
  expect(await told('Where is the log on Windows?')).toBe('Logs: here')
  expect(await told('What are the paths on Windows?')).toContain('Config')
})

it('of a record that has won all of it answers, where the span runs over several fields [G429]', async () => {
  const parsed = await parse({
    file: 'stand.json',
    bytes: new TextEncoder().encode(JSON.stringify({ stand: { from: 'Lund', to: 'Ystad', by: 'bus' } })),
  })
  if ('reason' in parsed) throw new Error(parsed.reason)
  const told = fromPassage(parsed.passages[0], 'from', ['to: Ystad', 'from'], 'Lund\nstand · to: Ystad')
  expect(await told('Which way does the stand go to Ystad?')).toContain('Lund')
  const list = await fromList(
    '- Rate for lime: 60\n- Rate for clay: 90\n',
    'Rate',
    ['Rate for clay'],
    '60\n- Rate for clay',
  )
  expect(await list('What is the rate for clay?')).toBe('Rate for clay: 90')
})

it('asked for a release, the item that has what the question names answers, not another version [G294]', async () => {
  const text = '# Log\n\n## 3.0.0\n\n### Removed\n\n- Support for Python 3.8.\n- The `--legacy` switch.\n'
  const told = await fromList(text, '- Support', ['Support', 'legacy'], 'Python 3.8')
  expect(await told('In which version was --legacy removed?')).toContain(
    '3.0.0 – Removed: The --legacy switch.',
  )
})

describe('what a trained reader finds in other words', () => {
  it('is shown as not sure in a folder that was read as a whole [G272]', async () => {
    const { confidence, threshold, sure, best } = await paraphrased(2, 0.1)
    expect(best?.answer).toBe('She hid a small snail.')
    expect(threshold).toBeLessThan(CALIBRATED.confidence.threshold)
    expect(confidence).toBeGreaterThan(threshold)
    expect(confidence).toBeLessThan(sure)
  })

  it('is kept to itself where the reader finds next to nothing [G280]', async () => {
    const { confidence, threshold } = await paraphrased(2, 0.99)
    expect(confidence).toBeLessThan(threshold)
    expect(threshold).toBe(CALIBRATED.confidence.sure)
  })

  it('keeps the usual limit where it finds none, and in larger folders', async () => {
    expect((await paraphrased(2, 0.6)).threshold).toBe(CALIBRATED.confidence.threshold)
    expect((await paraphrased(14, 0.1)).threshold).toBe(CALIBRATED.confidence.threshold)
  })
})

describe('a doubt of the trained reader', () => {
  it('of more than one in five keeps the team from being sure [G223]', () => {
    const { sure } = CALIBRATED.confidence
    expect(surenessAt(0.15)).toBeGreaterThan(sure)
    expect(surenessAt(0.25)).toBeLessThan(sure)
  })
})
