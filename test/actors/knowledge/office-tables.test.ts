import { describe, expect, test } from 'vitest'
import { archiveOf, relationsOf, sheetRows, workbookOf } from './office-files.ts'
import { statementsOf } from './statements-of.ts'
import { wordDocument } from './word-document.ts'

type Rows = readonly (readonly string[])[]
const word = async (rows: Rows) => statementsOf('a.docx', await wordDocument(rows))
const html = (rows: string) => statementsOf('a.html', `<table>${rows}</table>`)

const cell = (text: string, span = '') =>
  `<a:tc ${span}><a:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></a:txBody></a:tc>`

async function slide(marks: string, rows: readonly (readonly string[])[]): Promise<string[]> {
  const own = rows.map((cells) => `<a:tr>${cells.join('')}</a:tr>`).join('')
  const tree = `<p:graphicFrame><a:tbl><a:tblPr ${marks}/>${own}</a:tbl></p:graphicFrame>`
  const bytes = await archiveOf({
    '_rels/.rels': relationsOf({ r1: ['officeDocument', 'ppt/presentation.xml'] }),
    'ppt/presentation.xml':
      '<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId r:id="s"/></p:sldIdLst></p:presentation>',
    'ppt/_rels/presentation.xml.rels': relationsOf({ s: ['slide', 'slides/slide1.xml'] }),
    'ppt/slides/slide1.xml': `<p:sld xmlns:p="p" xmlns:a="a"><p:cSld><p:spTree>${tree}</p:spTree></p:cSld></p:sld>`,
  })
  return statementsOf('a.pptx', bytes)
}

describe('a head row of an office table may have digits [G347]', () => {
  const heads: Rows = [
    ['Employee', '1 May', '2 May'],
    ['Model', 'A100', 'B200'],
    ['Account', '2024-05-01', '2024-05-02'],
    ['Team', 'Week 12', 'Week 13'],
    ['Country', '2022', '2023'],
    ['Site', 'Q1 2024', 'Q2 2024'],
    ['', 'Q1', 'Q2'],
  ]
  test.each(heads)('%s, %s, %s', async (...head) => {
    const [corner = '', ...names] = head
    const own = (values: readonly string[]) =>
      values.map((value, i) => ([corner, ...names][i] === '' ? value : `${[corner, ...names][i]}: ${value}`))
    const rows = [
      ['Rent', '900 EUR', 'early'],
      ['Power', '80 W', 'off'],
    ]
    expect(await word([head, ...rows])).toEqual(rows.map((row) => own(row).join(' · ')))
  })

  test('with amounts above others, and in a sheet', async () => {
    const plans = [
      ['Plan', '10 GB', '50 GB'],
      ['Basic', '5 EUR', '9 EUR'],
      ['Pro', '8 EUR', '12 EUR'],
    ]
    expect((await word(plans))[1]).toBe('Plan: Pro · 10 GB: 8 EUR · 50 GB: 12 EUR')
    const sheet = async (rows: Parameters<typeof sheetRows>[0]) => {
      const xml = `<sheetData>${sheetRows(rows)}</sheetData>`
      return statementsOf('a.xlsx', await workbookOf([{ name: 'Sheet1', xml }]))
    }
    const days = ['<c t="d"><v>2024-05-01T00:00:00</v></c>', '<c t="d"><v>2024-05-02T00:00:00</v></c>']
    expect(
      await sheet([
        ['Employee', ...days],
        ['Ann', 'early', 'late'],
        ['Bob', 'off', 'early'],
      ]),
    ).toEqual([
      'Employee: Ann · 2024-05-01: early · 2024-05-02: late',
      'Employee: Bob · 2024-05-01: off · 2024-05-02: early',
    ])
    const pivot = [
      ['Sum of Sales', 'Column Labels'],
      ['Row Labels', 2022, 2023],
      ['East', 10, 20],
    ]
    expect(await sheet(pivot)).toEqual(['Sum of Sales Row Labels: East · Column Labels 2022: 10 · 2023: 20'])
  })

  test('but not above values of the same kind', async () => {
    for (const rows of [
      [
        ['Ann', '1 May', '3 May'],
        ['Bob', '4 May', '9 May'],
      ],
      [
        ['Basic', '5 EUR', '9 EUR'],
        ['Pro', '8 EUR', '12 EUR'],
      ],
      [
        ['Weight', '3 kg', '5 kg'],
        ['Power', '200 W', '350 W'],
        ['Noise', '40 dB', '44 dB'],
      ],
      [
        ['Ann', 'Room 2', 'Desk 4'],
        ['Bob', 'Room 3', 'Desk 1'],
      ],
    ])
      expect(await word(rows)).toEqual(rows.map((row) => row.join(' · ')))
  })
})

test('terms of years in the first row name no columns, and figures beside those that look like years do not hide a head [G347]', async () => {
  const terms = [
    ['Ana', '2019', '2020'],
    ['Ben', '2021', '2023'],
    ['Cid', '2022', 'today'],
  ]
  expect(await word(terms)).toEqual(terms.map((row) => row.join(' · ')))
  const people = [
    ['Village', '2019', '2020'],
    ['Ahrn', '1950', '1,980'],
    ['Berg', '300', '310'],
  ]
  expect((await word(people))[0]).toBe('Village: Ahrn · 2019: 1950 · 2020: 1,980')
})

describe('a table of an office file may be a form [G348]', () => {
  test('of fields that are no column of one kind, whatever a slide marks', async () => {
    const facts = [
      ['Owner', 'Eva Lund'],
      ['Start', '1 May 2024'],
      ['Budget', '40,000 EUR'],
    ]
    const fields = facts.map((row) => row.join(': '))
    const cells = facts.map((row) => row.map((text) => cell(text)))
    expect(await word(facts)).toEqual(fields)
    expect(await slide('firstRow="1"', cells)).toEqual(fields)
    expect(await slide('firstCol="1"', cells.slice(0, 2))).toEqual(fields.slice(0, 2))
    const staff = [
      ['Risk', 'Answer'],
      ['Frost', 'Salt'],
    ].map((row) => row.map((text) => cell(text)))
    expect(await slide('firstRow="1"', staff)).toEqual(['Risk: Frost · Answer: Salt'])
    const groups = [
      [cell('Site', 'rowSpan="2"'), cell('Week', 'gridSpan="2"'), cell('', 'hMerge="1"')],
      [cell('', 'vMerge="1"'), cell('Open'), cell('Close')],
      [cell('Kiel'), cell('8'), cell('18')],
    ]
    expect(await slide('firstRow="1"', groups)).toEqual(['Site: Kiel · Week Open: 8 · Week Close: 18'])
  })

  test('and not below names of columns, nor is a row of values part of the head', async () => {
    const cells = (rows: Rows) => rows.map((row) => row.map((text) => cell(text)))
    const targets = [
      ['Milestone', 'Target'],
      ['Launch', '1 May 2024'],
      ['Users', '40,000'],
    ]
    expect(await slide('firstRow="1"', cells(targets))).toEqual([
      'Milestone: Launch · Target: 1 May 2024',
      'Milestone: Users · Target: 40,000',
    ])
    const plans = [
      ['Plan', 'Price', 'Seats'],
      ['Basic', '5', '2'],
      ['Pro', '9', '4'],
    ]
    const told = ['Plan: Basic · Price: 5 · Seats: 2', 'Plan: Pro · Price: 9 · Seats: 4']
    expect(await slide('firstRow="0" firstCol="1"', cells(plans))).toEqual(told)
    const across = (name: string) => [cell(name), cell('Address', 'gridSpan="2"'), cell('', 'hMerge="1"')]
    const people = [...cells([['Ana', 'Main St 5', 'Bonn']]), ...cells([['Ben', 'Hill Rd 2', 'Ulm']])]
    expect(await slide('firstRow="1"', [across('Name'), ...people])).toEqual([
      'Name: Ana · Address: Main St 5 · Address: Bonn',
      'Name: Ben · Address: Hill Rd 2 · Address: Ulm',
    ])
    const years = cells([
      ['', '2023', '2024'],
      ['Kiel', '8', '18'],
    ])
    expect(await slide('firstRow="1"', [across('Site'), ...years])).toEqual([
      'Site: Kiel · Address 2023: 8 · Address 2024: 18',
    ])
  })

  test('with several fields on a row', async () => {
    const report = [
      ['Reported by', 'Anna Berg', 'Date', '12 March 2024'],
      ['Department', 'Logistics', 'Severity', 'High'],
    ]
    const fields = [
      'Reported by: Anna Berg',
      'Date: 12 March 2024',
      'Department: Logistics',
      'Severity: High',
    ]
    expect(await word(report)).toEqual(fields)
    expect(await word(report.map((row) => row.map((text, i) => (i % 2 === 0 ? `${text}:` : text))))).toEqual(
      fields,
    )
    const staff = [
      ['Name', 'Room', 'Team', 'Phone'],
      ['Ann', '12', 'Sales', '411'],
      ['Bob', 'none', 'IT', '412'],
    ]
    expect((await word(staff))[0]).toBe('Name: Ann · Room: 12 · Team: Sales · Phone: 411')
  })

  test.each([
    [
      ['Name', 'Budget 2024', 'City', 'Room'],
      ['Ana', 'none', 'Bonn', '12'],
      ['Ben', '5', 'Ulm', 'none'],
    ],
    [
      ['Name', 'Costs (2024)', 'Town', 'Desk'],
      ['Ana', 'none', 'Bonn', '12'],
      ['Ben', '5', 'Ulm', 'none'],
    ],
    [
      ['Employee', '1 May', 'Remark', '2 May'],
      ['Ana', 'early', 'new', 'late'],
      ['Ben', '8 to 12', 'ill', 'off'],
    ],
    [
      ['Name', '2024', 'Town', 'Desk'],
      ['Ana', 'none', 'Bonn', '12'],
    ],
  ])('and not where the first row may name columns: %s', async (...rows) => {
    expect(await word(rows)).toEqual(rows.map((row) => row.join(' · ')))
  })

  test('with a name beside several fields, but not beside a head', async () => {
    const rows =
      '<tr><td rowspan="2">Applicant</td><td>Name</td><td>Ida Kern</td></tr><tr><td>Phone</td><td>0151 22</td></tr>'
    expect(await html(rows)).toEqual(['Applicant › Name: Ida Kern', 'Applicant › Phone: 0151 22'])
    const headed = `<tr><td>Region</td><td>City</td><td>Fee</td></tr>${rows}`
    expect(await html(headed)).toContain('Region: Applicant · City: Name · Fee: Ida Kern')
  })

  test('or a list of words and what they mean, below a head', async () => {
    expect(
      await word([
        ['Country', 'Capital'],
        ['France', 'Paris'],
      ]),
    ).toEqual(['Country: France · Capital: Paris'])
    expect(
      await word([
        ['Name', 'Ann Berg'],
        ['City', 'Kiel'],
      ]),
    ).toEqual(['Name: Ann Berg', 'City: Kiel'])
  })
})

describe('a table of a Word document [G349]', () => {
  const inner = (...rows: Rows) =>
    `</w:t></w:r></w:p><w:tbl>${rows.map((row) => `<w:tr>${row.map((text) => `<w:tc><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:tc>`).join('')}</w:tr>`).join('')}</w:tbl><w:p><w:r><w:t>`

  test('has the tables in its cells as their values', async () => {
    const rows = [
      ['Plan', 'Prices'],
      ['Basic', inner(['Monthly', '5 EUR'], ['Yearly', '50 EUR'])],
    ]
    expect(await word(rows)).toEqual(['Plan: Basic · Prices: Monthly: 5 EUR; Yearly: 50 EUR'])
    const layout = [
      [inner(['Tea', '5 EUR'], ['Milk', '1 EUR']), inner(['Mon', '9 to 17'], ['Tue', '8 to 12'])],
    ]
    expect(await word(layout)).toEqual(['Tea: 5 EUR', 'Milk: 1 EUR', 'Mon: 9 to 17', 'Tue: 8 to 12'])
  })

  test('that places sentences beside each other names none by another', async () => {
    const [bonn, kiel] = ['Our office in Bonn is open from 9 to 17.', 'That in Kiel is open from 8 to 14.']
    expect(await word([[bonn, kiel]])).toEqual([bonn, kiel])
    expect(await word([['Is there parking in Bonn?', 'Yes.']])).toEqual(['Is there parking in Bonn?: Yes.'])
  })
})

describe('a form whose labels stand above their values [G482]', () => {
  const grid = (rows: Rows, inCell = (text: string) => text) =>
    rows.map((row) => `<tr>${row.map((text) => `<td>${inCell(text)}</td>`).join('')}</tr>`).join('')
  const lines = (text: string) =>
    text
      .split('\n')
      .map((one) => `<p>${one}</p>`)
      .join('')

  test('in one cell is told field by field', async () => {
    const fields = [
      ['Name:\nEva Lund', 'Date of birth:\n3 May 1980'],
      ['Employer:\nNova GmbH', 'Policy no.:\nKV-7781'],
    ]
    const told = ['Name: Eva Lund', 'Date of birth: 3 May 1980', 'Employer: Nova GmbH', 'Policy no.: KV-7781']
    expect(await html(grid(fields, lines))).toEqual(told)
    const beside = fields.map((row) => row.map((text) => text.replace('\n', ' ')))
    expect(await word(beside)).toEqual(told)
  })

  test('in a row of their own is told by these rows', async () => {
    const rows = [
      ['Customer no.', 'Order no.', 'Date'],
      ['10077', 'A-55', '3 May 2024'],
      ['Driver', 'Truck', 'Gate'],
      ['B. Reh', 'KI-AB 12', '7'],
    ]
    expect(await word(rows)).toEqual([
      'Customer no.: 10077 · Order no.: A-55 · Date: 3 May 2024',
      'Driver: B. Reh · Truck: KI-AB 12 · Gate: 7',
    ])
  })

  test.each<[string, Rows, string]>([
    [
      'rows that repeat the labels',
      [
        ['Name: Ana', 'Phone: 12'],
        ['Name: Tom', 'Phone: 34'],
      ],
      'Name: Ana: Phone: 12',
    ],
    [
      'a row without numbers',
      [
        ['Item', 'Price', 'Weight'],
        ['Tea', '3 EUR', '100 g'],
        ['Cakes', 'Ask us', 'Open'],
        ['Coffee', '4 EUR', '250 g'],
      ],
      'Item: Cakes · Price: Ask us · Weight: Open',
    ],
  ])('but %s is none', async (_, rows, expected) => {
    expect((await word(rows)).join('\n')).toContain(expected)
  })
})
