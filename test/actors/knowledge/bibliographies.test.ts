import { expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { partsOf } from './statements-of.ts'

const said = (text: string) => partsOf('refs.bib', text)

test('[G457] an entry of a bibliography is a record, called by its key and its title', async () => {
  const text = `% Books
@string{aw = "Addison-Wesley"}
@comment{ @book{no, title={No}} }
@Book{knuth84,
  author = {Knuth, Donald E. and Ann Lee and {Smith and Sons}},
  title  = {The {\\TeX}book},
  publisher = aw # ", Reading",
  year = 1984, month = may,
  url = {https://x.org/~knuth/a_b--c},
  file = {:a.pdf:PDF},
}`
  expect(await said(text)).toEqual([
    'knuth84 · The TeXbook · author: Donald E. Knuth, Ann Lee, Smith and Sons',
    'knuth84 · The TeXbook · title: The TeXbook',
    'knuth84 · The TeXbook · publisher: Addison-Wesley, Reading',
    'knuth84 · The TeXbook · year: 1984',
    'knuth84 · The TeXbook · month: May',
    'knuth84 · The TeXbook · url: https://x.org/~knuth/a_b--c',
    'knuth84 · The TeXbook · type: book',
  ])
})

test('[G457] accents and dashes of LaTeX are decoded', async () => {
  const text =
    '@misc{a, author = "Kurt G{\\"o}del and {\\v S}koda, Ay{\\c{s}}e and \\L{}ukasz N{\\o}rg{\\aa}rd", note = {{\\\'E}tude, {\\H{o}}r \\& Z{\\.{z}}, 12--14}}'
  expect(await said(text)).toEqual([
    'a · author: Kurt Gödel, Ayşe Škoda, Łukasz Nørgård',
    'a · note: Étude, őr & Zż, 12–14',
    'a · type: misc',
  ])
})

test('[G457] an entry that nothing ends stops above the next, and each has its lines', async () => {
  const text = '@misc{a, title={One}, note={open\n@misc{b,\n title={Two}}\nTo a@b.org: no entry.\n'
  expect(await said(text)).toEqual([
    'a · One · title: One',
    'a · One · note: open',
    'a · One · type: misc',
    'b · Two · title: Two',
    'b · Two · type: misc',
  ])
  const parsed = await parse({ file: 'refs.bib', bytes: new TextEncoder().encode(text) })
  expect('passages' in parsed && parsed.passages.map(({ line }) => line)).toEqual([1, 3])
})

test('[G457] a file without entries is no bibliography, and hostile ones are read in time', async () => {
  const bytes = new TextEncoder().encode('Write to a@b.org.\n')
  expect(await parse({ file: 'refs.bib', bytes })).toEqual({ reason: 'is not valid BibTeX: it has no entry' })
  const entries = [
    '@a{b,c={',
    '@a{b,c="',
    '@a{b, c = d # ',
    '\n@a{b,c={{{',
    '@comment{ ',
    '@string{a = {',
    '@a{b,',
  ].map((one) => one.repeat(60_000))
  for (const text of [
    ...entries,
    `@a{b,c=${'{'.repeat(300_000)}`,
    `@a{b,author={${'a and '.repeat(60_000)}}}`,
  ])
    await parse({ file: 'refs.bib', bytes: new TextEncoder().encode(text) })
}, 120_000)

test('[G457] an entry is told whatever its key, and without one by its title', async () => {
  const keys = ['doi:10.1061/(ASCE)ST.1943', 'Smith 2020', ''].map(
    (key, i) => `@misc{${key}, year = 200${i}, title = {T${i}}}`,
  )
  expect((await said(keys.join('\n\n'))).filter((one) => one.includes('year'))).toEqual([
    'doi:10.1061/(ASCE)ST.1943 · T0 · year: 2000',
    'Smith 2020 · T1 · year: 2001',
    'T2 · year: 2002',
  ])
})
