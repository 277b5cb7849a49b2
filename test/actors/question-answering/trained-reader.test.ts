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

const QUESTION = 'Who founded the service team?'
const TEAM = passages(readMarkdown('team.md', 'Dr Anna Berg founded the service team in Oslo.\n'))

/** How sure the team is, where a trained reader gives `noAnswer` that the passage does not answer. */
function surenessAt(noAnswer: number): number {
  const lexical = new LexicalIndex(TEAM)
  const question = analyse(QUESTION, lexical)
  const found: Found[] = TEAM.map((passage, number) => ({ number, passage, dense: 0.9, lexical: 1 }))
  const span = { text: 'Dr Anna Berg', start: 0, end: 12, score: 1 - noAnswer }
  const readings = [
    readOverlap(question, found, CALIBRATED),
    readAnswerType(question, found, CALIBRATED),
    readStanding(question, found, CALIBRATED),
    readExtraction([{ answer: span.text, spans: [span], noAnswer }], found, CALIBRATED),
  ]
  return confidence(question, found, vote(readings, found, CALIBRATED), CALIBRATED)
}

describe('a doubt of the trained reader', () => {
  it('of more than one in five keeps the team from being sure [G223]', () => {
    const { sure } = CALIBRATED.confidence
    expect(surenessAt(0.15)).toBeGreaterThan(sure)
    expect(surenessAt(0.25)).toBeLessThan(sure)
  })
})
