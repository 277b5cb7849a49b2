import { describe, expect, it } from 'vitest'
import { readMarkdown } from '../../../actors/knowledge/documents/formats/markdown.ts'
import { LexicalIndex } from '../../../actors/knowledge/retrieval/lexical-index.ts'
import { passages } from '../../../actors/knowledge/text/passages.ts'
import { confidence } from '../../../actors/question-answering/answering/confidence.ts'
import { vote } from '../../../actors/question-answering/answering/vote.ts'
import { CALIBRATED } from '../../../actors/question-answering/calibration/all-minilm-l6-v2.ts'
import type { Found } from '../../../actors/question-answering/reading/candidate.ts'
import { analyse } from '../../../actors/question-answering/reading/question.ts'
import {
  readAnswerType,
  readOverlap,
  readStanding,
} from '../../../actors/question-answering/reading/reader.ts'
import { bestSpan } from '../../../actors/question-answering/reading/span.ts'

const HANDBOOK = passages(
  readMarkdown(
    'handbook.md',
    `# Boiler handbook

## Warranty

The warranty lasts 24 months from delivery. It does not cover the filter.

## Service

Anna Berg founded the service team in Oslo. Call the team before you open the boiler, because the gas is under pressure. The yearly service costs $120.

## Water

The tank holds 180 litres. The water reaches 65 °C.

## Noise

Owners write to us. Why is the boiler so loud at night? Because its pump fills the tank then.
`,
  ),
)
const lexical = new LexicalIndex(HANDBOOK)

async function read(text: string) {
  const question = analyse(text, lexical)
  const scores = lexical.scores(question.terms.map((term) => term.term))
  const found: Found[] = HANDBOOK.map((passage, number) => ({
    number,
    passage,
    dense: 0.4,
    lexical: scores[number] as number,
  }))
  const outcome = vote(
    [
      readOverlap(question, found, CALIBRATED),
      readAnswerType(question, found, CALIBRATED),
      readStanding(question, found, CALIBRATED),
    ],
    found,
    CALIBRATED,
  )
  const winner = outcome.ballots[0]
  const passage = found[winner?.found ?? 0]?.passage
  const statement = passage?.statements[winner?.statement ?? 0]
  const answer = passage?.text.slice(statement?.start, statement?.end) ?? ''
  const span = await bestSpan(question, answer, CALIBRATED)
  return { question, found, outcome, answer, span: answer.slice(span.start, span.end) }
}

describe('analyse', () => {
  const weights = { weight: () => 1, frequency: () => 1 }
  it.each([
    ['How many seats does the parliament have?', 'number'],
    ['How long is the warranty?', 'duration'],
    ['How much does the service cost?', 'money'],
    ['What percentage of people live in cities?', 'percent'],
    ['When was the bridge opened?', 'date'],
    ['In what year did the war end?', 'date'],
    ['who founded it', 'person'],
    ['Which country borders Peru?', 'place'],
    ['Where is the factory?', 'place'],
    ['What is the population of Chad?', 'number'],
    ['What is a heat pump?', 'definition'],
    ['Why must the boiler be closed?', 'reason'],
    ['How do I reset the boiler?', 'manner'],
    ['Can I return it?', 'yes-no'],
  ])('%s asks for %s', (text, kind) => {
    expect(analyse(text, weights).kind).toBe(kind)
  })

  it.each([
    ['What time does the gate close?', 'date'],
    ['At what time is breakfast?', 'date'],
    ['Which time zone is the server in?', 'thing'],
    ['What time limit does the upload have?', 'number'],
    ['What is the time of the tower like?', 'thing'],
  ])('a time of day is a date, other words with time are none: %s asks for %s [G424]', (text, kind) => {
    expect(analyse(text, weights).kind).toBe(kind)
  })

  it('sees where several things are asked for', () => {
    expect(analyse('Which countries border Peru?', weights).list).toBe(true)
    expect(analyse('What are the colours of the flag?', weights).list).toBe(true)
    expect(analyse('Which country borders Peru?', weights).list).toBe(false)
    for (const verb of ['Who keeps keys?', 'What replaces the old filter?', 'What happens after the rinse?'])
      expect(analyse(verb, weights).list).toBe(false)
    for (const noun of [
      'Which costs does the tenant pay?',
      'What needs do the residents have?',
      'Which products that we sell are vegan?',
    ])
      expect(analyse(noun, weights).list).toBe(true)
  })

  it('takes a question of stop words as it is, and no words from emoji', () => {
    expect(analyse('Who is the who?', weights).terms.length).toBeGreaterThan(0)
    expect(analyse('🙂🙂', weights).terms).toEqual([])
  })
})

describe('readers, vote and span together', () => {
  it.each([
    ['How long is the warranty?', 'The warranty lasts 24 months from delivery.', '24 months'],
    ['How much does the yearly service cost?', 'The yearly service costs $120.', '$120'],
    ['How many litres does the tank hold?', 'The tank holds 180 litres.', '180'],
  ])('%s', async (text, answer, span) => {
    const result = await read(text)
    expect(result.answer).toBe(answer)
    expect(result.span).toContain(span)
  })

  it('finds who did something by its statement; which of its names is the person, a trained reader tells', async () => {
    expect((await read('Who founded the service team?')).answer).toBe(
      'Anna Berg founded the service team in Oslo.',
    )
  })

  it('give no question as the answer to a question [G143]', async () => {
    expect((await read('Why is the boiler so loud at night?')).answer).toBe(
      'Because its pump fills the tank then.',
    )
  })

  it('is surer of what the documents say than of what they do not', async () => {
    const known = await read('How long is the warranty?')
    const unknown = await read('Which opera did Verdi compose in Parma?')
    expect(confidence(known.question, known.found, known.outcome, CALIBRATED)).toBeGreaterThan(
      2 * confidence(unknown.question, unknown.found, unknown.outcome, CALIBRATED),
    )
  })

  it('gives shares that sum to one, and carries on without a reader', async () => {
    const { question, found, outcome } = await read('How long is the warranty?')
    expect(outcome.ballots.reduce((sum, ballot) => sum + ballot.share, 0)).toBeCloseTo(1, 9)
    const alone = vote([readOverlap(question, found, CALIBRATED)], found, CALIBRATED)
    expect(alone.agreement).toBe(1)
    expect(alone.ballots).toHaveLength(outcome.ballots.length)
    expect(vote([], found, CALIBRATED).ballots).toEqual([])
    expect(confidence(question, found, vote([], found, CALIBRATED), CALIBRATED)).toBe(0)
  })
})
