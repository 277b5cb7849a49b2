import { expect, test } from 'vitest'
import { compileSpans, typedSpans } from '../../../actors/question-answering/reading/spans.ts'

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
