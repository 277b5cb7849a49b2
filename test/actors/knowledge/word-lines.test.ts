import { expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { statementsOf } from './statements-of.ts'
import { p, run, W, wordOf } from './word-document.ts'

const told = async (body: string, besides: Readonly<Record<string, string>> = {}) =>
  statementsOf('office.docx', await wordOf(body, besides))
const lines = (...all: readonly string[]) => all.map((one) => p(run(one))).join('')
const line = (text: string) => p(run(text))

const tick = (checked: number, sign = '☒') =>
  `<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="${checked}"/></w14:checkbox></w:sdtPr><w:sdtContent>${run(sign)}</w:sdtContent></w:sdt>`
const tab = '<w:r><w:tab/></w:r>'
const br = '<w:r><w:br/></w:r>'

test.each([
  [
    'before them',
    `${run('Vegan: Yes ')}${tick(0)}${run(' No ')}${tick(1)}`,
    ['Vegan: Yes (not checked) No (checked)'],
  ],
  [
    'after them',
    `${run('Vegan: ')}${tick(0)}${run(' Yes ')}${tick(1)}${run(' No')}`,
    ['Vegan: Yes (not checked) No (checked)'],
  ],
  [
    'after a gap',
    `${run('Vegan')}${tab}${tick(0)}${run(' Yes ')}${tick(1)}${run(' No')}`,
    ['Vegan Yes (not checked) No (checked)'],
  ],
  [
    'before each end of a line',
    `${run('Yes')}${tick(0)}${br}${run('No')}${tick(1)}`,
    ['Yes (not checked)', 'No (checked)'],
  ],
  [
    'around one',
    `${run('Approved ')}${tick(1)}${run(' on 4 May by Ana')}`,
    ['Approved (checked) on 4 May by Ana'],
  ],
  // Nobody knows which words they belong to.
  [
    'around several',
    `${run('Approved ')}${tick(1)}${run(' Refused ')}${tick(0)}${run(' by Ana')}`,
    ['Approved ☒ Refused ☐ by Ana'],
  ],
  [
    'after one of two',
    `${run('Choose: ')}${tick(0)}${run(' Bus ')}${tick(1)}`,
    ['Choose: Bus (not checked) ☒'],
  ],
  ['inside it', tick(1, 'Vegan ☒'), ['Vegan (checked)']],
  ['after a sign of two units', tick(1, '🗹') + run(' Vegan'), ['Vegan (checked)']],
  ['after a letter of a font of signs', tick(1, 'þ') + run(' Vegan'), ['Vegan (checked)']],
])('[G367] boxes to tick whose words stand %s are told with them', async (_, body, expected) => {
  const all = (await told(p(body))).flatMap((text) => text.split('\n'))
  expect([...new Set(all.map((text) => text.replace(/\s+/gu, ' ')))]).toEqual(expected)
})

test.each([
  ['ООО «Ромашка», Москва', true],
  ['公司机密', true],
  ['EUR 40', true],
  ['+49 30 1234', true],
  ['2024-05-01', true],
  ['Page 1 of 3', false],
  ['- 2 -', false],
  ['Seite 2/7', false],
  ['Page  of ', false],
  ['———', false],
])('[G372] of what stands on every page, %s is told: %s', async (text, expected) => {
  const footer1 = `<w:ftr ${W}>${line(text)}</w:ftr>`
  expect(await told(line('The pump is blue.'), { footer1 })).toEqual([
    ...(expected ? [text] : []),
    'The pump is blue.',
  ])
})

test('[G372] a long footer is read in linear time', async () => {
  const text = `${'я'.repeat(50_000)} ${'. '.repeat(50_000)}Ltd`
  await told(line('The pump is blue.'), { footer1: `<w:ftr ${W}>${line(text)}</w:ftr>` })
})

test('[G372] captions that stand below their tables name no table below them', async () => {
  const row = (...cells: readonly string[]) =>
    `<w:tr>${cells.map((text) => `<w:tc>${line(text)}</w:tc>`).join('')}</w:tr>`
  const body = [
    `<w:tbl>${row('Plan', 'Fee')}${row('Basic', '5')}</w:tbl>`,
    p(run('Table 1: Plans'), 'Caption'),
    `<w:tbl>${row('City', 'Shops')}${row('Ulm', '9')}</w:tbl>`,
    p(run('Table 2: Shops'), 'Caption'),
  ]
  expect(await told(body.join(''))).toEqual([
    'Plan: Basic · Fee: 5',
    'Table 1: Plans',
    'City: Ulm · Shops: 9',
    'Table 2: Shops',
  ])
})

test('[G366] the heading of contents is left out above them alone', async () => {
  const heading = (text: string) => p(run(text), 'TOCHeading')
  const body = [
    heading('Scope of the works'),
    heading('What is where'),
    p(run('Leave 2'), 'TOC1'),
    p(run('Pay 5'), 'TOC1'),
    line('We paint.'),
  ]
  expect(await told(body.join(''))).toEqual(['Scope of the works', 'We paint.'])
})

test.each([
  ['what two people say', ['They met.', '– Are you in?', '– No, said Ben.', 'He left.'], undefined],
  ['what three people say', ['They met.', '– Are you in?', '– No.', '– Why?', 'He left.'], undefined],
  ['two lines that a line leads to', ['Bring:', '- a coat', '- a hat'], ['a coat', 'a hat']],
  ['three lines', ['Bring these.', '- a coat', '- a hat', '- a cup'], ['a coat', 'a hat', 'a cup']],
  [
    'a note below items',
    ['Fees:', '• Room 5 EUR', '• Hall 9 EUR', '* net of VAT'],
    ['Room 5 EUR', 'Hall 9 EUR'],
  ],
])('[G369] of %s with signs, the items are told', async (_, all, items) => {
  const parsed = await parse({ file: 'a.docx', bytes: await wordOf(lines(...all)) })
  if ('reason' in parsed) throw new Error(parsed.reason)
  const told = parsed.passages.flatMap(({ text, statements }) =>
    statements.map(({ kind, start, end }) => ({ kind, text: text.slice(start, end) })),
  )
  expect(told.filter(({ kind }) => kind === 'item').map(({ text }) => text)).toEqual(items ?? [])
  // A star that belongs to no item stays.
  for (const one of all.filter((text) => text.startsWith('*')))
    expect(told.map(({ text }) => text)).toContain(one)
})

test('[G369] bold that is switched off marks no names of columns', async () => {
  const cells = (about: string, all: readonly string[]) =>
    p(all.map((text) => `<w:r><w:rPr>${about}</w:rPr><w:t>${text}</w:t></w:r>`).join(tab))
  const rows = (value: string) =>
    cells(`<w:b w:val="${value}"/>`, ['Ana', 'Boss']) +
    cells('', ['Ben', 'Clerk']) +
    cells('', ['Cid', 'Cook'])
  expect((await told(rows('0'))).join()).not.toContain(':')
  expect(await told(rows('1'))).toEqual(['Ana: Ben · Boss: Clerk', 'Ana: Cid · Boss: Cook'])
})
