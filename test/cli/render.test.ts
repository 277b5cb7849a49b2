import { expect, test } from 'vitest'
import type { AskResult } from '../../actors/question-answering/ask-result.ts'
import { renderResult } from '../../src/cli/ask/render.ts'
import { styleFor } from '../../src/cli/style.ts'

const RESULT: AskResult = {
  question: 'How long is the warranty?',
  answer: 'It lasts 30 months.',
  span: '30 months',
  abstained: false,
  sure: true,
  confidence: 0.9,
  sources: [],
  missing: [],
  path: [],
  timing: { indexMs: 0, answerMs: 1 },
}

test('the screen says which readers an answer goes without', () => {
  const style = styleFor(false, {})
  expect(renderResult(RESULT, style)).not.toContain('without')
  expect(renderResult({ ...RESULT, missing: ['extraction', 'similarity'] }, style)).toContain(
    '\nwithout extraction, similarity: too slow, or failed\n',
  )
})
