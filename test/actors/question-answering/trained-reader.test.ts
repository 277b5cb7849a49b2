import { describe, expect, it } from 'vitest'
import { readMarkdown } from '../../../actors/knowledge/documents/formats/markdown.ts'
import { LexicalIndex } from '../../../actors/knowledge/retrieval/lexical-index.ts'
import { passages } from '../../../actors/knowledge/text/passages.ts'
import { confidence } from '../../../actors/question-answering/answering/confidence.ts'
import { vote } from '../../../actors/question-answering/answering/vote.ts'
import { CALIBRATED } from '../../../actors/question-answering/calibration/e5-small-v2-with-reader.ts'
import type { Found } from '../../../actors/question-answering/reading/candidate.ts'
import { analyse } from '../../../actors/question-answering/reading/question.ts'
import {
  readAnswerType,
  readExtraction,
  readOverlap,
  readStanding,
} from '../../../actors/question-answering/reading/reader.ts'
import type { ExtractedAnswer } from '../../../src/inference/index.ts'

const TEAM = passages(readMarkdown('team.md', 'Dr Anna Berg founded the service team in Oslo.\n'))
const HISTORY = passages(
  readMarkdown('history.md', 'In 1998, when the service team was young, Anna Berg led it.\n'),
)

/** What a trained reader says of one passage: its spans with their shares, and how likely it is that nothing there answers. */
function says(text: string, spans: Readonly<Record<string, number>>, noAnswer: number): ExtractedAnswer {
  const found = Object.entries(spans).map(([span, share]) => {
    const start = text.indexOf(span)
    return { text: span, start, end: start + span.length, score: share * (1 - noAnswer) }
  })
  return { answer: found[0]?.text ?? null, spans: found, noAnswer }
}

function ask(text: string, own: readonly (typeof TEAM)[number][], extracted: readonly ExtractedAnswer[]) {
  const lexical = new LexicalIndex(own)
  const question = analyse(text, lexical)
  const found: Found[] = own.map((passage, number) => ({
    number,
    passage,
    dense: 0.9 - number / 10,
    lexical: 1,
  }))
  const outcome = vote(
    [
      readOverlap(question, found, CALIBRATED),
      readAnswerType(question, found, CALIBRATED),
      readStanding(question, found, CALIBRATED),
      readExtraction(extracted, found, CALIBRATED),
    ],
    found,
    CALIBRATED,
  )
  return { span: outcome.spans?.[0]?.text, confidence: confidence(question, found, outcome, CALIBRATED) }
}

const ASKED = 'Who founded the service team?'
const TEXT = TEAM[0]?.text ?? ''
const LATER = HISTORY[0]?.text ?? ''

describe('the spans of a trained reader', () => {
  it('give the one whose words most of them have, not the likeliest alone [G222]', () => {
    const spans = { 'Dr Anna Berg founded the service team': 0.36, 'Dr Anna Berg': 0.34, 'Anna Berg': 0.3 }
    expect(ask(ASKED, TEAM, [says(TEXT, spans, 0.1)]).span).toBe('Dr Anna Berg')
  })

  it('count what another passage answers [G222]', () => {
    const spans = { 'Dr Anna Berg': 0.55, 'Anna Berg': 0.45 }
    expect(ask(ASKED, TEAM, [says(TEXT, spans, 0.1)]).span).toBe('Dr Anna Berg')
    const both = [says(TEXT, spans, 0.1), says(LATER, { 'Anna Berg': 0.9, '1998': 0.1 }, 0.2)]
    expect(ask(ASKED, [...TEAM, ...HISTORY], both).span).toBe('Anna Berg')
  })

  it('keep the likeliest where they have no word in common [G222]', () => {
    const spans = { 'Dr Anna Berg': 0.6, Oslo: 0.4 }
    expect(ask(ASKED, TEAM, [says(TEXT, spans, 0.1)]).span).toBe('Dr Anna Berg')
  })
})

describe('a doubt of the trained reader', () => {
  it('of more than one in five keeps the team from being sure [G223]', () => {
    const spans = { 'Dr Anna Berg': 0.9, Oslo: 0.1 }
    const { sure } = CALIBRATED.confidence
    expect(ask(ASKED, TEAM, [says(TEXT, spans, 0.1)]).confidence).toBeGreaterThan(sure)
    expect(ask(ASKED, TEAM, [says(TEXT, spans, 0.25)]).confidence).toBeLessThan(sure)
  })
})
