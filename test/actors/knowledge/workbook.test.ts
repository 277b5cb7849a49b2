import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { readFolder } from '../../../actors/knowledge/documents/read-folder.ts'
import { platformKernel } from '../../../src/kernel/platform-kernel.ts'
import { archiveOf, relationsOf, sheetRows, stylesOf, workbookOf } from './office-files.ts'
import { statementsOf } from './statements-of.ts'

const data = (rows: Parameters<typeof sheetRows>[0], rest = '') =>
  `<sheetData>${sheetRows(rows)}</sheetData>${rest}`

async function read(xml: string, more: Record<string, string> = {}, properties = ''): Promise<string[]> {
  return statementsOf('plans.xlsx', await workbookOf([{ name: 'Sheet1', xml }], more, properties))
}

describe('a sheet of a workbook is read as it is shown [G236]', () => {
  test('by its heads and names, from texts that cells share or hold, with a place for each row', async () => {
    const bytes = await workbookOf(
      [
        {
          name: 'Plans',
          xml: '<sheetData><row><c t="s"><v>0</v></c><c t="s"><v>2</v></c></row><row r="4"><c r="A4" t="s"><v>3</v></c><c r="B4"><v>50</v></c></row><row><c t="inlineStr"><is><r><t>Fr</t></r><r><t>ee</t></r></is></c><c><v>1</v></c></row></sheetData>',
        },
      ],
      {
        'xl/sharedStrings.xml':
          '<sst><si><t>Plan</t></si><si><t/></si><si><t>Seats</t></si><si><r><t xml:space="preserve">Busi</t></r><r><t>ness</t></r><rPh sb="0" eb="1"><t>ビジネス</t></rPh></si></sst>',
      },
    )
    expect(await statementsOf('plans.xlsx', bytes)).toEqual([
      'Plan: Business · Seats: 50',
      'Plan: Free · Seats: 1',
    ])
    const parsed = await parse({ file: 'plans.xlsx', bytes })
    if ('reason' in parsed) throw new Error(parsed.reason)
    expect(
      parsed.passages.flatMap(({ trail, statements }) => statements.map(({ line }) => [trail, line])),
    ).toEqual([
      [['Plans'], 4],
      [['Plans'], 5],
    ])
  })

  test('numbers in their formats', async () => {
    const patterns = [
      '0.0%',
      '#,##0.00\\ "€"',
      'dd/mm/yyyy',
      '[h]:mm',
      '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\)',
      '0.00_',
    ]
    const shown = (value: number | string, style: number) => `<c s="${style}"><v>${value}</v></c>`
    const rows = [
      ['Fee', shown(0.256, 2)],
      ['Price', shown(1234.5, 4)],
      ['Since', shown(45356, 6)],
      ['Took', shown(1.5, 8)],
      ['Budget', shown(1299.5, 10)],
      ['Odd', shown(12.5, 12)],
      ['Article', shown(4006381333931, 0)],
      ['Sum', shown('0.30000000000000004', 0)],
      ['Open', '<c t="b"><v>1</v></c>'],
      ['Lost', '<c t="e"><v>#N/A</v></c>'],
      ['Calculated', '<c t="str"><f>A1&amp;"!"</f><v>Fee!</v></c>'],
      ['Strict', '<c t="d"><v>2024-03-05T00:00:00</v></c>'],
    ]
    const styles = { 'xl/styles.xml': stylesOf(patterns) }
    const keys = rows.map(([key, value]) => [
      `<c s="1" t="inlineStr"><is><t>${key}</t></is></c>`,
      value ?? '',
    ])
    expect(await read(data(keys), styles)).toEqual([
      'Fee: 25.6%',
      'Price: 1,234.50 €',
      'Since: 05/03/2024',
      'Took: 36:00',
      'Budget: $1,299.50',
      'Odd: 12.5',
      'Article: 4006381333931',
      'Sum: 0.3',
      'Open: TRUE',
      'Lost',
      'Calculated: Fee!',
      'Strict: 2024-03-05',
    ])
    // Days count from 1904 in some workbooks.
    const date = data([
      ['Since', shown(45356 - 1462, 6)],
      ['Until', shown(45357 - 1462, 6)],
    ])
    expect(await read(date, styles, 'date1904="true"')).toEqual(['Since: 05/03/2024', 'Until: 06/03/2024'])
  })

  test('cells over several columns and rows in each of them', async () => {
    const merges =
      '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/><mergeCell ref="D1:E1"/><mergeCell ref="A3:A4"/></mergeCells>'
    const rows = [
      ['Team', '2023', null, '2024', null],
      [null, 'H1', 'H2', 'H1', 'H2'],
      ['Red', 1, 2, 3, 4],
      [null, 5, 6, null, 8],
    ]
    expect(await read(data(rows, merges))).toEqual([
      'Team: Red · 2023 H1: 1 · 2023 H2: 2 · 2024 H1: 3 · 2024 H2: 4',
      'Team: Red · 2023 H1: 5 · 2023 H2: 6 · 2024 H2: 8',
    ])
  })

  test('several tables below and beside each other, each with what stands above and below it', async () => {
    const rows = [
      ['Northern region'],
      ['Product', 'Sales', null, null, 'Office', 'Phone'],
      ['Pumps', 12, null, null, 'Berlin', '030 123'],
      ['Hoses', 9, null, null, 'Paris', '01 45'],
      [],
      ['Southern region'],
      ['Product', 'Sales', 'Share'],
      ['Valves', 7, 0.5],
      [],
      ['Taps', 8, 0.5],
      ['Source: the sales team, unaudited.'],
    ]
    expect(await read(data(rows))).toEqual([
      'Product: Pumps · Sales: 12',
      'Product: Hoses · Sales: 9',
      'Office: Berlin · Phone: 030 123',
      'Office: Paris · Phone: 01 45',
      'Product: Valves · Sales: 7 · Share: 0.5',
      'Product: Taps · Sales: 8 · Share: 0.5',
      'Source: the sales team, unaudited.',
    ])
    const parsed = await parse({
      file: 'a.xlsx',
      bytes: await workbookOf([{ name: 'Sheet1', xml: data(rows) }]),
    })
    if ('reason' in parsed) throw new Error(parsed.reason)
    expect(parsed.passages.map(({ trail }) => trail.join())).toEqual(
      expect.arrayContaining(['Northern region', 'Southern region']),
    )
  })

  test('heads that are years, marked, or not there', async () => {
    const years = [
      ['Country', 2021, 2022],
      ['France', 67.5, 67.8],
      ['Spain', 47.4, 47.8],
    ]
    expect(await read(data(years))).toEqual([
      'Country: France · 2021: 67.5 · 2022: 67.8',
      'Country: Spain · 2021: 47.4 · 2022: 47.8',
    ])
    const facts = [
      ['Founded', 1990],
      ['CEO', 'Jane Roe'],
      ['Seats', 50],
    ]
    expect(await read(data(facts))).toEqual(['Founded: 1990', 'CEO: Jane Roe', 'Seats: 50'])
    // Two rows stay in sight, down to that with the filter.
    const marked = [
      ['Staff', 'Place', 'Place'],
      ['Name', 'Room', 'Phone'],
      ['Ada', 'B2', '7'],
      ['Bob', 'C3', '8'],
    ]
    expect(await read(data(marked, '<autoFilter ref="A2:C4"/>'))).toEqual([
      'Staff Name: Ada · Place Room: B2 · Place Phone: 7',
      'Staff Name: Bob · Place Room: C3 · Place Phone: 8',
    ])
    const units = [
      ['Lake', 'Depth', 'Area'],
      [null, 'm', 'km²'],
      ['Ardal', 41, 12.5],
    ]
    expect(await read(data(units))).toEqual(['Lake: Ardal · Depth (m): 41 · Area (km²): 12.5'])
  })

  test('notes at cells beside what they show, those that people talk in without the copy for older programs', async () => {
    const note = (name: string, ref: string, inner: string) => `<${name} ref="${ref}">${inner}</${name}>`
    const more = {
      'xl/worksheets/_rels/sheet1.xml.rels': relationsOf({
        c: ['comments', '../comments1.xml'],
        t: ['threadedComment', '../threadedComments/threadedComment1.xml'],
      }),
      'xl/comments1.xml': `<comments><commentList>${note('comment', 'B2', '<text><r><rPr><b/></rPr><t>Ana: </t></r><r><t>an estimate</t></r></text>')}${note('comment', 'B3', '<text><t>[Threaded comment] Update your program.</t></text>')}</commentList></comments>`,
      'xl/threadedComments/threadedComment1.xml': `<ThreadedComments>${note('threadedComment', 'B3', '<text>Too few?</text>')}${note('threadedComment', 'B3', '<text>No.</text>')}</ThreadedComments>`,
    }
    const rows = [
      ['Plan', 'Seats', 'Price'],
      ['Business', 50, 9],
      ['Free', 1, 0],
    ]
    expect(await read(data(rows), more)).toEqual([
      'Plan: Business · Seats: 50 (Ana: an estimate) · Price: 9',
      'Plan: Free · Seats: 1 (Too few?; No.) · Price: 0',
    ])
  })

  test('a column of texts as a list with its name, or as paragraphs', async () => {
    expect(await read(data([['Members'], ['Ada'], ['Bob'], ['Cy']]))).toContain('Members › Bob')
    expect(await read(data([['Prices hold until June. They include VAT.']]))).toEqual([
      'Prices hold until June.',
      'They include VAT.',
    ])
  })

  test('without what is hidden, which is said, but with what a filter leaves out', async () => {
    const hidden =
      '<row r="3" hidden="1"><c r="A3" t="inlineStr"><is><t>Old</t></is></c><c r="B3"><v>7</v></c></row>'
    const rows = `<sheetData>${sheetRows([
      ['Plan', 'Seats'],
      ['Free', 1],
    ])}${hidden}</sheetData>`
    const bytes = await workbookOf([
      { name: 'Plans', xml: rows },
      { name: 'Lists', state: 'hidden', xml: data([['Secret']]) },
      { name: 'More', state: 'veryHidden', xml: data([['Secret']]) },
    ])
    expect(await parse({ file: 'a.xlsx', bytes })).toMatchObject({
      aside:
        'its hidden sheet "Lists" is not read; its hidden sheet "More" is not read; hidden rows and columns of "Plans" are not read',
    })
    expect(await statementsOf('a.xlsx', bytes)).toEqual(['Plan: Free · Seats: 1'])
    expect(await read(`${rows}<autoFilter ref="A1:B3"/>`)).toEqual([
      'Plan: Free · Seats: 1',
      'Plan: Old · Seats: 7',
    ])
  })

  test('whatever the program writes names, paths and parts like', async () => {
    const bytes = await archiveOf({
      '_rels\\.rels': relationsOf({ r1: ['officeDocument', '/XL/Workbook.xml'] }).replace(
        'http://schemas.openxmlformats.org/officeDocument/2006',
        'http://purl.oclc.org/ooxml/officeDocument',
      ),
      'xl\\workbook.xml':
        '\uFEFF<x:workbook xmlns:x="x" xmlns:d="d"><x:sheets><x:sheet name="Tabelle1" d:id="a"/></x:sheets></x:workbook>',
      'xl\\_rels\\workbook.xml.rels': relationsOf({ a: ['worksheet', 'my%20sheets/one.xml'] }),
      'xl\\my sheets\\one.xml': `<x:worksheet xmlns:x="x"><x:sheetData>${sheetRows([
        ['Plan', 'Seats'],
        ['Free_x000D_trial', 1],
      ]).replace(/<(\/?)(\w+)/gu, '<$1x:$2')}</x:sheetData></x:worksheet>`,
    })
    expect(await statementsOf('a.xlsx', bytes)).toEqual(['Plan: Free trial · Seats: 1'])
  })
})

describe('a file of an office program that can not be read is skipped alone, with the reason [G237]', () => {
  const good = () => workbookOf([{ name: 'Sheet1', xml: data([['Pumps are blue.']]) }])
  const compound = (name: string) =>
    Buffer.concat([
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
      Buffer.alloc(512),
      Buffer.from(name, 'utf16le'),
    ])

  test('encrypted, old, damaged, empty, endless', async () => {
    const whole = await good()
    const flipped = Uint8Array.from(whole)
    flipped.fill(0xff, 60, 90)
    const zip = await workbookOf([
      { name: 'Sheet1', xml: `<sheetData>${' '.repeat(101 * 1024 * 1024)}</sheetData>` },
    ])
    const deep = await workbookOf([{ name: 'Sheet1', xml: '<a>'.repeat(100_000) }])
    const refused = async (bytes: Uint8Array) => {
      const parsed = await parse({ file: 'a.xlsx', bytes })
      return 'reason' in parsed ? parsed.reason : parsed
    }
    expect(await refused(compound('EncryptedPackage'))).toBe('is encrypted: save a copy without a password')
    expect(await refused(compound('Workbook'))).toBe('is not valid Excel: it is in an older format')
    expect(await refused(whole.subarray(0, 400))).toBe('is not valid Excel: it is damaged')
    expect(await refused(flipped)).toMatch(/^is not valid Excel: /u)
    expect(await refused(new Uint8Array(0))).toBe('is empty')
    expect(await refused(zip)).toBe('is not valid Excel: it unpacks to more than 100 MB')
    expect(await refused(deep)).toBe('is not valid Excel: its elements nest too deep')
  })

  test('one that took too long is not read again, since it has no plain text', async () => {
    expect(await parse({ file: 'a.xlsx', bytes: await good(), plain: true })).toEqual({
      reason: 'takes too long to read',
    })
  })

  test('of a sheet with a million cells the rest is not read, and that is said', async () => {
    const rows = `<row>${'<c/>'.repeat(10_000)}</row>`.repeat(100)
    const xml = `<sheetData>${sheetRows([['Pumps are blue.']])}${rows}<row><c t="str"><v>Hoses are red.</v></c></row></sheetData>`
    const parsed = await parse({ file: 'a.xlsx', bytes: await workbookOf([{ name: 'Log', xml }]) })
    expect(parsed).toMatchObject({
      passages: [{ text: 'Pumps are blue.' }],
      aside: '"Log" is read down to row 101, since the file has more than 1000000 cells',
    })
  })

  test('cells that claim to go over each other cost nothing', async () => {
    const merges = Array.from({ length: 2_000 }, (_, i) => `<mergeCell ref="A${i + 1}:XFD1048576"/>`)
    const rows = Array.from({ length: 2_000 }, (_, i) => [`a${i}`, 'b', 'c', i])
    const statements = await read(data(rows, `<mergeCells>${merges.join('')}</mergeCells>`))
    expect(statements.length).toBeGreaterThan(1_000)
  })

  test('the others of the folder are read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ganglion-office-'))
    await writeFile(join(folder, 'good.xlsx'), await good())
    await writeFile(join(folder, 'bad.xlsx'), compound('EncryptedPackage'))
    const { passages, skipped } = await readFolder(folder, { kernel: platformKernel() })
    expect(passages.map(({ text }) => text)).toEqual(['Pumps are blue.'])
    expect(skipped).toEqual([{ file: 'bad.xlsx', reason: 'is encrypted: save a copy without a password' }])
  })
})
