import { expect, test } from 'vitest'
import type { AnswerKind } from '../../../actors/question-answering/reading/answer-kind.ts'
import {
  ANSWERED_BY,
  compileSpans,
  hasAnswerOf,
  typedSpans,
} from '../../../actors/question-answering/reading/spans.ts'

const RIVER = 'The river is 3,200 km long, and John Smith named it on 3 May 1990.'

const spansOf = (text: string) =>
  typedSpans(text).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`)

test('finds quantities, names and dates, whatever text was read before', () => {
  compileSpans()
  const alone = spansOf(RIVER)
  spansOf(`${'“A long preface” – '.repeat(40)}by Anne, 12 km from here, in January`)
  expect(spansOf(RIVER)).toEqual(alone)
  expect(alone).toEqual(expect.arrayContaining(['quantity 3,200 km', 'name John Smith', 'date 3 May 1990']))
})

test('dates in figures are dates, versions and addresses of networks are none', () => {
  for (const date of ['14.03.2025', '3/14/2025', '1.2.1998', '01.02.98'])
    expect(spansOf(`It began on ${date}.`)).toContain(`date ${date}`)
  for (const other of ['Version 1.2.10 is out.', 'The gateway is 10.0.10.25.', 'See 14.03.2025.7.'])
    expect(spansOf(other).filter((one) => /^date .*[./]/u.test(one))).toEqual([])
})

test('fractions of one character are amounts, alone and after a number [G424]', () => {
  expect(spansOf('Add ½ teaspoon of salt.')).toContain('number ½')
  expect(spansOf('It takes 1½ hours.')).toContain('duration 1½ hours')
  expect(spansOf('It takes ½ hour.')).toContain('duration ½ hour')
  expect(spansOf('Cut off 2 ¼ kg of it.')).toContain('quantity 2 ¼ kg')
  expect(spansOf('Add some salt to x½.')).toEqual(['name Add'])
})

test('what a question asks for is found as it is among all spans', () => {
  for (const text of [RIVER, 'Add ½ of it', 'no amount', '二零二四年三月', '“A quote”', '3 % on Monday'])
    for (const [kind, spans] of Object.entries(ANSWERED_BY))
      expect(hasAnswerOf(kind as AnswerKind, text)).toBe(
        typedSpans(text).some((one) => spans.includes(one.kind)),
      )
})
