import { expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { statementsOf } from './statements-of.ts'
import { p, run, W, wordOf } from './word-document.ts'

const told = async (body: string, besides: Readonly<Record<string, string>> = {}) =>
  statementsOf('office.docx', await wordOf(body, besides))
const styles = (...all: readonly string[]) => ({
  styles: `<w:styles ${W}><w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/></w:style>${all.join('')}</w:styles>`,
})
const style = (id: string, inner: string) =>
  `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${id}"/>${inner}</w:style>`
const field = (kind: string) => `<w:r><w:fldChar w:fldCharType="${kind}"/></w:r>`
const code = (text: string) => `<w:r><w:instrText>${text}</w:instrText></w:r>`
const lines = (...all: readonly string[]) =>
  all.map((line) => p(run(line.replaceAll('\t', '</w:t><w:tab/><w:t>')))).join('')
const line = (text: string) => p(run(text))

test('[G366] what a Word document hides is not told: hidden text, blanks, and lists of its own headings', async () => {
  const hidden = `<w:r><w:rPr><w:vanish/></w:rPr><w:t> Margin: 40%.</w:t></w:r>`
  const shown = `<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> It is in force.</w:t></w:r>`
  const blank = (content: string) =>
    `<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>${content}</w:sdtContent></w:sdt>`
  const filled = (content: string) => `<w:sdt><w:sdtPr/><w:sdtContent>${content}</w:sdtContent></w:sdt>`
  const contents = [
    p(run('Contents')),
    p(`${field('begin')}${code('TOC \\o "1-3"')}${field('separate')}${run('Leave 2')}`),
    p(`${run('Pay 5')}${field('end')}${run('Valid from May.')}`),
    p(run('Travel 9'), 'TOC1'),
    '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>',
    `<w:sdtContent>${p(run('Notice 11'))}</w:sdtContent></w:sdt>`,
  ]
  const body = [
    ...contents,
    p(run('The fee is 11 EUR.') + hidden + shown),
    p(run('Remove this.'), 'Note'),
    p(`${run('Approver: ')}${blank(run('Click or tap here to enter text.'))}`),
    p(`${run('Supplier: ')}${filled(run('Acme Ltd'))}`),
    // The mark of a paragraph that is hidden joins it to the next one.
    `<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>${run('Trains need no approval.')}</w:p>`,
  ]
  const note = style('Note', '<w:rPr><w:vanish/></w:rPr>')
  expect(await told(body.join(''), styles(note))).toEqual([
    'Valid from May.',
    'The fee is 11 EUR.',
    'It is in force.',
    'Supplier: Acme Ltd',
    'Trains need no approval.',
  ])
})

test('[G366] a field without an end hides nothing', async () => {
  const body =
    p(`${field('begin')}${code('TOC \\o')}${field('separate')}${run('Contents of the box: two keys.')}`) +
    line('The fee is 11 EUR.')
  expect(await told(body)).toEqual(['Contents of the box: two keys.', 'The fee is 11 EUR.'])
})

test('[G367] fields, formulas, and boxes to tick are told as they show', async () => {
  const simple = (instruction: string, text: string) =>
    `<w:fldSimple w:instr="${instruction}">${run(text)}</w:fldSimple>`
  const m = (name: string, inner: string) => `<m:${name}>${inner}</m:${name}>`
  const math = (text: string) => m('r', m('t', text))
  const box = (checked: number) =>
    `<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="${checked}"/></w14:checkbox></w:sdtPr><w:sdtContent>${run('☒')}</w:sdtContent></w:sdt>`
  const form = (state: string) =>
    `<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>${state}</w:checkBox></w:ffData></w:fldChar></w:r>${code('FORMCHECKBOX')}${field('end')}`
  const choice = `<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="Ulm"/><w:listEntry w:val="Jena"/></w:ddList></w:ffData></w:fldChar></w:r>${code('FORMDROPDOWN')}${field('end')}`
  const body = [
    p(
      `${run('See ')}${simple('REF b', 'Annex B')}${run(' until ')}${simple('MERGEFIELD d', '3 May')}${run('.')}`,
    ),
    p(
      `${run('The rate is ')}${m('oMath', math('r=') + m('f', m('num', math('a+b')) + m('den', math('n'))) + m('sSup', m('e', math('x')) + m('sup', math('2'))))}${run(' per year.')}`,
    ),
    p(`${box(1)}${run(' Full-time ')}${box(0)}<w:r><w:tab/></w:r>${run('Part-time')}`),
    p(`${run('Remote: ')}${form('<w:checked/>')}`),
    p(`${form('<w:default w:val="0"/>')}${run(' Shift work')}`),
    p(`${run('City: ')}${choice}`),
    p(
      `${run('A non')}<w:r><w:noBreakHyphen/></w:r>${run('smoker co')}<w:r><w:softHyphen/></w:r>${run('operates.')}`,
    ),
    p(run('☐ Company car')),
  ]
  expect(await told(body.join(''))).toEqual([
    'See Annex B until 3 May.',
    'The rate is r=(a+b)/nx^2 per year.',
    'Full-time (checked) Part-time (not checked)',
    'Remote: (checked)',
    'Shift work (not checked)',
    'City: Jena',
    'A non-smoker cooperates.',
    '☐ Company car',
  ])
})

test('[G368] headings of Word are those whose style is made from one, or that have a level', async () => {
  const outline = (level: number) => `<w:pPr><w:outlineLvl w:val="${level}"/></w:pPr>`
  const own = styles(
    style('AcmeHead', '<w:basedOn w:val="Heading2"/>'),
    style('Clause', outline(1)),
    style('Plain', `<w:basedOn w:val="AcmeHead"/>${outline(9)}`),
  )
  const body = [
    p(run('Handbook'), 'Heading1'),
    p(run('Breaks'), 'AcmeHead'),
    line('They last an hour.'),
    p(run('Pay'), 'Clause'),
    line('It is due in May.'),
    p(run('Leave is paid'), 'Plain'),
    // A whole clause in the style of headings says something.
    p(run('The tenant pays the rent on the third day of each month.'), 'Clause'),
    `<w:p>${outline(1)}${run('Notice')}</w:p>`,
    line('It takes six weeks.'),
    '<w:tbl><w:tr>' +
      ['Item', 'Price'].map((text) => `<w:tc>${p(run(text), 'Clause')}</w:tc>`).join('') +
      '</w:tr>',
    `<w:tr>${['Cup', '3 EUR'].map((text) => `<w:tc>${line(text)}</w:tc>`).join('')}</w:tr></w:tbl>`,
  ]
  const parsed = await parse({ file: 'a.docx', bytes: await wordOf(body.join(''), own) })
  if ('reason' in parsed) throw new Error(parsed.reason)
  const all = parsed.passages.flatMap(({ trail, text, statements }) =>
    statements.map(({ start, end }) => [trail.at(-1), text.slice(start, end)]),
  )
  expect(all).toEqual([
    ['Breaks', 'They last an hour.'],
    ['Pay', 'It is due in May.'],
    ['Pay', 'Leave is paid'],
    ['Pay', 'The tenant pays the rent on the third day of each month.'],
    ['Notice', 'It takes six weeks.'],
    ['Notice', 'Item: Cup · Price: 3 EUR'],
  ])
})

test('[G369] lists and tables that are typed with signs and tabs in Word are lists and tables', async () => {
  expect(
    await told(lines('Opening hours:', '•\tMonday: 9–18', '•\tSunday: closed', 'Dogs stay out.')),
  ).toEqual([
    'Opening hours:\n- Monday: 9–18\n- Sunday: closed',
    'Opening hours: › Monday: 9–18',
    'Opening hours: › Sunday: closed',
    'Dogs stay out.',
  ])
  expect(
    await told(lines('Name\tRole\t\tPhone', 'Ana Ruiz\tDirector\t555-0101', 'Tom Hale\tDriver\t555-0102')),
  ).toEqual([
    'Name: Ana Ruiz · Role: Director · Phone: 555-0101',
    'Name: Tom Hale · Role: Driver · Phone: 555-0102',
  ])
})

test.each([
  ['one line with a dash', ['The pump is blue.', '– as agreed', 'It hums.']],
  ['labels and their values', ['Customer:\tNova', 'Due:\t3 May', 'Total:\t90 EUR']],
  ['lines without names of columns', ['Ulm\t8:00\t17:00', 'Jena\t9:00\t18:00', 'Bonn\t9:00\t12:00']],
  ['signatures', ['Place\tDate\tName', 'Ulm\tMay\tAna']],
])('[G369] %s are no typed list or table', async (_, all) => {
  expect((await told(lines(...all))).map((text) => text.replace(/\s+/gu, ' '))).toEqual(
    all.map((text) => text.replace(/\s+/gu, ' ')),
  )
})

test('[G372] captions of tables, lines that continue an item, and tabs in page headers are told with what they belong to', async () => {
  const row = (...cells: readonly string[]) =>
    `<w:tr>${cells.map((text) => `<w:tc>${line(text)}</w:tc>`).join('')}</w:tr>`
  const names = ['caption', 'List Number', 'List Continue']
  const own = names.map(
    (name) =>
      `<w:style w:type="paragraph" w:styleId="${name.replace(' ', '')}"><w:name w:val="${name}"/></w:style>`,
  )
  const body = [
    line('To start:'),
    p(run('Press start.'), 'ListNumber'),
    p(run('The light is green.'), 'ListContinue'),
    p(run('Close the lid.'), 'ListNumber'),
    p(run('Table 1: Fees'), 'caption'),
    `<w:tbl>${row('Region', 'Fee')}${row('North', '10')}</w:tbl>`,
    p(run('Figure 2: Growth is strong.'), 'caption'),
    `<w:tbl>${row('Day', 'Open')}${row('Monday', '8:00')}</w:tbl>`,
  ]
  const header = p(['Acme', 'Rules', 'Page 1 of 3'].map(run).join('<w:r><w:tab/></w:r>'))
  const header1 = `<w:hdr ${W}>${header}</w:hdr>`
  expect(await told(body.join(''), { ...styles(...own), header1 })).toEqual([
    'Acme · Rules',
    'To start:\n1. Press start.; The light is green.\n2. Close the lid.',
    'To start: › Press start.; The light is green.',
    'To start: › Close the lid.',
    'Table 1: Fees › Region: North · Fee: 10',
    'Figure 2: Growth is strong.',
    'Day: Monday · Open: 8:00',
  ])
})
