import { expect, test } from 'vitest'
import { entitiesOf } from '../../../src/inference/worker/entities.ts'

const LABELS = ['O', 'B-PER', 'I-PER', 'B-ORG', 'I-ORG', 'LOC']

/** Tokens of words (`##` continues the word before), each with a label that it has with probability 0.8. */
function labelled(pieces: readonly (readonly [piece: string, label: string])[]) {
  let text = ''
  const tokens = { ids: [], starts: [], ends: [], inside: [] } as Record<string, number[]>
  for (const [piece] of pieces) {
    const goesOn = piece.startsWith('##')
    if (!goesOn && text !== '') text += ' '
    tokens.ids?.push(0)
    tokens.starts?.push(text.length)
    text += piece.replace('##', '')
    tokens.ends?.push(text.length)
    tokens.inside?.push(goesOn ? 1 : 0)
  }
  const scores = pieces.map(([, label]) => Float32Array.from(LABELS, (one) => (one === label ? 0.8 : 0.04)))
  return { text, tokens: tokens as never, scores }
}

const found = (pieces: readonly (readonly [string, string])[]) => {
  const { text, tokens, scores } = labelled(pieces)
  return entitiesOf(text, tokens, scores, LABELS, true).map(({ label, text: words }) => `${label}:${words}`)
}

test('B begins, I continues, O and another kind end an entity', () => {
  expect(
    found([
      ['Ada', 'B-PER'],
      ['Love', 'I-PER'],
      ['of', 'O'],
      ['Acme', 'B-ORG'],
      ['Bob', 'B-PER'],
      ['Eve', 'B-PER'],
    ]),
  ).toEqual(['PER:Ada Love', 'ORG:Acme', 'PER:Bob', 'PER:Eve'])
})

test('an I without its B begins an entity, and labels without a mark join while they are the same', () => {
  expect(
    found([
      ['Acme', 'I-ORG'],
      ['Ada', 'I-PER'],
      ['New', 'LOC'],
      ['York', 'LOC'],
      ['x', 'O'],
      ['Rome', 'LOC'],
    ]),
  ).toEqual(['ORG:Acme', 'PER:Ada', 'LOC:New York', 'LOC:Rome'])
})

test('pieces of a word follow its first piece, whatever they say themselves', () => {
  expect(
    found([
      ['Love', 'B-PER'],
      ['##lace', 'O'],
      ['##s', 'B-ORG'],
      ['ran', 'O'],
    ]),
  ).toEqual(['PER:Lovelaces'])
})

test('the score is the mean over words', () => {
  const { text, tokens, scores } = labelled([
    ['Ada', 'B-PER'],
    ['Love', 'I-PER'],
  ])
  scores[1]?.set([0, 0, 0.4], 0)
  expect(entitiesOf(text, tokens, scores, LABELS, true)[0]?.score).toBeCloseTo(0.6, 6)
})
