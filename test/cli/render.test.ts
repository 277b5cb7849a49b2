import { expect, test } from 'vitest'
import type { AskResult } from '../../actors/question-answering/ask-result.ts'
import { printableResult } from '../../src/cli/ask/printable.ts'
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

test('the screen leaves out sources that say nothing about the answer, unless a number of them was asked for', () => {
  const style = styleFor(false, {})
  const source = (file: string, score: number) => ({
    file,
    line: 1,
    headings: [],
    passage: `From ${file}.`,
    score,
  })
  const result = {
    ...RESULT,
    sources: [source('warranty.md', 0.97), source('parts.md', 0.02), source('jobs.md', 0)],
  }
  expect(renderResult(result, style)).not.toMatch(/parts\.md|jobs\.md/u)
  expect(renderResult(result, style, 3)).toMatch(/parts\.md:1.*jobs\.md:1/su)
  const close = {
    ...RESULT,
    sources: [source('warranty.md', 0.6), source('parts.md', 0.38), source('jobs.md', 0.02)],
  }
  expect(renderResult(close, style)).toMatch(/warranty\.md:1.*parts\.md:1/su)
  const nothing = { ...RESULT, answer: null, span: null, abstained: true, sources: [source('jobs.md', 0.01)] }
  expect(renderResult(nothing, style)).toContain('jobs.md:1')
})

test('what a document says steers no terminal', () => {
  const [clear, title] = ['\u001b[2J', '\u001b]0;x\u0007']
  const source = {
    file: `a\n${clear}.md`,
    line: 1,
    headings: [title],
    passage: `It lasts${clear}\n30 months.`,
    score: 1,
  }
  const shown = printableResult({
    ...RESULT,
    answer: `It ${clear}lasts.\u009b1m`,
    span: clear,
    sources: [source],
  })
  const text = renderResult(shown, styleFor(false, {}))
  expect(text).not.toMatch(/[^\P{Cc}\n]/u)
  expect(text).toContain('It [2Jlasts.1m')
  expect(text).toContain('1. a [2J.md:1')
})
