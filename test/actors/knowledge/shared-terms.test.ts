import { expect, test } from 'vitest'
import { partsOf } from './statements-of.ts'

const SHARED = 'Excess, Deductible: The first part of a claim.'

test.each([
  ['a.html', '<dl><dt>Excess</dt>\n<dt>Deductible</dt><dd>The first part of a claim.</dd></dl>'],
  ['a.html', '<dl><div><dt>Excess</dt><dt>Deductible</dt><dd>The first part of a claim.</dd></div></dl>'],
  ['a.md', 'Excess\nDeductible\n: The first part of a claim.\n'],
  ['a.adoc', '= Words\n\nExcess::\nDeductible::\n  The first part\n  of a claim.\n'],
  ['a.adoc', '= Words\n\nExcess::\nDeductible:: The first part of a claim.\n'],
  ['a.rst', '.. glossary::\n   :sorted:\n\n   Excess\n   Deductible\n     The first part of a claim.\n'],
])('[G448] in %s, terms that share a description have it: %j', async (file, text) => {
  expect(await partsOf(file, text)).toEqual([SHARED])
})

test.each([
  [
    'several descriptions of a term',
    'a.html',
    '<dl><dt>Ferry</dt><dd>Runs daily.</dd><dd>Costs 4 EUR.</dd></dl>',
    ['Ferry › Runs daily.', 'Ferry › Costs 4 EUR.'],
  ],
  [
    'a glossary',
    'a.rst',
    '.. glossary::\n\n   Excess\n     You pay it.\n\n   Latch\n     It shuts.\n',
    ['Excess: You pay it.', 'Latch: It shuts.'],
  ],
  [
    'the same in Markdown',
    'a.md',
    'Ferry\n: Runs daily.\n: Costs 4 EUR.\n',
    ['Ferry: Runs daily; Costs 4 EUR.'],
  ],
  ['code', 'a.adoc', '----\nstd::\nfoo::\n  bar\n----\n', ['std::', 'foo::', 'bar']],
  ['a sentence', 'a.md', 'We met.\nThe result\n: we go on.\n', ['We met.', 'The result: we go on.']],
])('[G448] of %s nothing is lost', async (_, file, text, expected) => {
  expect((await partsOf(file, text)).map((one) => one.trim())).toEqual(expected)
})

test('[G448] terms that nothing tells the meaning of stay apart', async () => {
  expect(await partsOf('a.html', '<dl><dt>Excess</dt><dt>Latch</dt></dl>')).toEqual(['Excess', 'Latch'])
})

test('[G448] many terms above one description are read in linear time', async () => {
  expect(await partsOf('a.html', `<dl>${'<dt>Latch'.repeat(20_000)}<dd>It shuts.</dl>`)).not.toEqual([])
})

test('[G448] a term above terms within it does not share their meaning', async () => {
  const said = (await partsOf('a.adoc', '= Prices\n\nFees::\nAdults::: 10 EUR\nChildren::: 5 EUR\n')).join(
    '\n',
  )
  expect(said).toContain('10 EUR')
  expect(said).not.toContain('Fees, Adults')
})
