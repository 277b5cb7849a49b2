import { describe, expect, test } from 'vitest'
import { minimalPdf, type PdfExtras, type PdfText, rows } from './minimal-pdf.ts'
import { statementsOf } from './statements-of.ts'

/** The statements of a PDF of one page. */
const read = (texts: readonly PdfText[], extras?: PdfExtras) =>
  statementsOf('a.pdf', minimalPdf([texts], extras))

describe('labels and values of a PDF', () => {
  test('[G359] beside each other are told as pairs, two of a line one by one', async () => {
    const pairs = [
      ['Invoice no.:', '2024-117', 'Born:', '3 May 1980'],
      ['Blood type:', '0+', 'Doctor:', 'Dr. Wolf'],
    ]
    const told = ['Invoice no.: 2024-117', 'Born: 3 May 1980', 'Blood type: 0+', 'Doctor: Dr. Wolf']
    expect(await read(rows([72, 150, 320, 400], pairs))).toEqual(told)
    const totals = [
      ['Subtotal', '380.00'],
      ['VAT 19%', '72.20'],
    ]
    expect(await read(rows([72, 250], totals))).toEqual(['Subtotal: 380.00', 'VAT 19%: 72.20'])
    const colours = [
      ['Colour', 'black'],
      ['Material', 'oak'],
    ]
    const bold = rows([72, 250], colours).map(([x, y, text]): PdfText => [x, y, text, { bold: x === 72 }])
    expect(await read(bold)).toEqual(['Colour: black', 'Material: oak'])
    const life = [
      ['2019 - today', 'Head of sales'],
      ['2015 - 2019', 'Clerk'],
    ]
    expect(await read(rows([72, 250], life))).toEqual(['2019 - today: Head of sales', '2015 - 2019: Clerk'])
  })

  test('[G359] and a line below that is none of the table leaves no column behind', async () => {
    const below: PdfText[] = [
      [72, 668, 'Note'],
      [150, 668, 'The desk is open from eight to six on all weekdays'],
      [500, 668, 'please'],
    ]
    const pairs = [
      ['Name:', 'Ida Kern'],
      ['Phone:', '555 0199'],
    ]
    const found = await read([...rows([150, 300], pairs), ...below])
    expect(found.slice(0, 2)).toEqual(['Name: Ida Kern', 'Phone: 555 0199'])
  })

  test('[G359] and a head stays one, also if it is bold or is a year', async () => {
    const years = [
      ['Site', '2022'],
      ['Lyon', '120'],
      ['Nice', '80'],
    ]
    expect(await read(rows([72, 250], years))).toEqual(['Site: Lyon · 2022: 120', 'Site: Nice · 2022: 80'])
    const bold = rows(
      [72, 250],
      [
        ['Ticket', '3 days'],
        ['Adult', '20 EUR'],
      ],
    ).map(([x, y, text]): PdfText => [x, y, text, { bold: y === 700 }])
    expect(await read(bold)).toEqual(['Ticket: Adult · 3 days: 20 EUR'])
  })
})

describe('tables of a PDF', () => {
  const ruled = (xs: readonly number[], ys: readonly number[]) => [
    ...xs.map((x) => [x, Math.min(...ys), x, Math.max(...ys)] as const),
    ...ys.map((y) => [Math.min(...xs), y, Math.max(...xs), y] as const),
  ]

  test('[G360] within ruled lines have the cells that the lines draw, wrapped or not', async () => {
    const texts: PdfText[] = [
      ...rows([72, 152, 322], [['Role', 'Duties', 'Pay']]),
      [72, 667, 'Manager'],
      [152, 680, 'Plans the shifts of all'],
      [152, 667, 'teams and signs the'],
      [152, 654, 'weekly report.'],
      [322, 667, '3,000 EUR'],
      ...rows([72, 152, 322], [['Clerk', 'Files all papers.', '2,100 EUR']], 634),
      [72, 600, 'Pay day is the 25th.'],
    ]
    expect(await read(texts, { rules: ruled([66, 146, 316, 400], [714, 692, 650, 628]) })).toEqual([
      'Role: Manager · Duties: Plans the shifts of all teams and signs the weekly report. · Pay: 3,000 EUR',
      'Role: Clerk · Duties: Files all papers. · Pay: 2,100 EUR',
      'Pay day is the 25th.',
    ])
  })

  test('[G360] and so they do without lines, where one cell is wrapped', async () => {
    const texts: PdfText[] = [
      ...rows([72, 152, 322], [['Role', 'Duties', 'Pay']]),
      ...rows([72, 152], [['Manager', 'Plans the shifts of all the']], 680),
      [152, 667, 'teams.'],
      [322, 680, '3,000 EUR'],
      ...rows([72, 152], [['Clerk', 'Files all papers and answers']], 646),
      [152, 633, 'the phones.'],
      [322, 646, '2,100 EUR'],
    ]
    expect(await read(texts)).toEqual([
      'Role: Manager · Duties: Plans the shifts of all the teams. · Pay: 3,000 EUR',
      'Role: Clerk · Duties: Files all papers and answers the phones. · Pay: 2,100 EUR',
    ])
  })

  test('[G360] and a cell that spans rows or columns holds for all of them', async () => {
    const texts: PdfText[] = [
      [72, 692, 'Region'],
      [152, 700, 'Fees'],
      ...rows([152, 232], [['Child', 'Adult']], 684),
      [72, 660, 'North'],
      ...rows(
        [152, 232],
        [
          ['5', '10'],
          ['6', '12'],
        ],
        668,
      ),
    ]
    const rules = [
      ...[66, 146, 310].map((x) => [x, 646, x, 714] as const),
      [226, 646, 226, 696] as const,
      ...[714, 680, 646].map((y) => [66, y, 310, y] as const),
      ...[696, 663].map((y) => [146, y, 310, y] as const),
    ]
    expect(await read(texts, { rules })).toEqual([
      'Region: North · Fees Child: 5 · Fees Adult: 10',
      'Region: North · Fees Child: 6 · Fees Adult: 12',
    ])
  })

  test('[G360] but a frame around text is none', async () => {
    const texts: PdfText[] = [
      [72, 700, 'The office is closed on Mondays.'],
      [300, 640, 'It opens at nine.'],
    ]
    expect(await read(texts, { rules: ruled([60, 400], [720, 660]) })).toEqual([
      'The office is closed on Mondays.',
      'It opens at nine.',
    ])
  })

  test('[G361] have a head of several lines, and columns that begin with empty cells', async () => {
    const texts: PdfText[] = [
      [72, 716, 'Site'],
      [172, 728, 'Floor'],
      [172, 716, 'area'],
      [272, 728, 'Rent per'],
      [272, 716, 'month'],
      ...rows(
        [72, 172, 272],
        [
          ['Ulm', '120', '1,400'],
          ['Jena', '90', '900'],
        ],
      ),
    ]
    expect(await read(texts)).toEqual([
      'Site: Ulm · Floor area: 120 · Rent per month: 1,400',
      'Site: Jena · Floor area: 90 · Rent per month: 900',
    ])
    const week: PdfText[] = [
      ...rows([122, 192, 262], [['Monday', 'Tuesday', 'Wednesday']], 716),
      [72, 700, '09:00'],
      [122, 700, 'Toddlers'],
      [262, 700, 'Yoga'],
      [72, 684, '11:00'],
      [192, 684, 'Choir'],
      [262, 684, 'Chess'],
    ]
    expect(await read(week)).toEqual([
      '09:00 · Monday: Toddlers · Wednesday: Yoga',
      '11:00 · Tuesday: Choir · Wednesday: Chess',
    ])
  })

  const counts = [
    ['Age', 'n', '%', 'n', '%'],
    ['18-30', '120', '40', '110', '38'],
    ['31-50', '180', '60', '179', '62'],
  ]
  const at = [72, 160, 220, 300, 360]

  test.each([
    ['over their middle', [185, 325], ['Men', 'Women']],
    ['over their left edge', [160, 300], ['Men', 'Women']],
  ])('[G480] have names above heads that are the same: %s', async (_, above, names) => {
    expect(await read([...rows(above, [names], 716), ...rows(at, counts)])).toEqual([
      'Age: 18-30 · Men n: 120 · Men %: 40 · Women n: 110 · Women %: 38',
      'Age: 31-50 · Men n: 180 · Men %: 60 · Women n: 179 · Women %: 62',
    ])
  })

  test.each([
    ['that stands over none of them', rows([72, 250], [['Sample 7', 'May 2024']], 716), counts],
    ['that is far above', rows([160, 300], [['Men', 'Women']], 760), counts],
    [
      'over heads that differ',
      rows([160, 300], [['Sample 7', 'May 2024']], 716),
      [['Age', 'n', '%', 'k', 'm'], ...counts.slice(1)],
    ],
  ])('[G480] but a line %s is told by itself', async (_, above, cells) => {
    const told = await read([...above, ...rows(at, cells)])
    expect(told).toHaveLength(3)
    expect(told[0]).toBe(above.map(([, , text]) => text).join(' · '))
    expect(told[1]).toMatch(/^Age: 18-30 · n: 120/u)
  })
})

describe('an invoice as a PDF [G413]', () => {
  const items = rows(
    [72, 280, 350, 450],
    [
      ['Item', 'Qty', 'Price', 'Amount'],
      ['Oak board', '12', '38.50', '462.00'],
      ['Dowels', '3', '4.20', '12.60'],
    ],
  )
  const bottom = Math.min(...items.map(([, y]) => y))
  const below = (from: number, ...pairs: readonly (readonly [string, string])[]) =>
    pairs.flatMap(([label, value], i): PdfText[] => [
      [from, bottom - 26 - 16 * i, label],
      [450, bottom - 26 - 16 * i, value],
    ])

  test('has its sums below the items', async () => {
    const sums = below(350, ['Net', '474.60'], ['VAT 20%', '94.92'], ['Total', '569.52'])
    expect(await read([...items, ...sums])).toEqual([
      'Item: Oak board · Qty: 12 · Price: 38.50 · Amount: 462.00',
      'Item: Dowels · Qty: 3 · Price: 4.20 · Amount: 12.60',
      'Net: 474.60',
      'VAT 20%: 94.92',
      'Total: 569.52',
    ])
  })

  test('and other rows without a name are what they were', async () => {
    const said = await read([...items, ...below(350, ['from May', '9.00'])])
    expect(said.at(-1)).toContain('Amount: 9.00')
  })

  test('and a title beside its first field is a heading alone', async () => {
    const said = await read([
      [72, 790, 'INVOICE', { size: 18 }],
      [330, 790, 'Invoice no.'],
      [430, 790, '2026-0117'],
      [330, 774, 'Due'],
      [430, 774, '28 February 2026'],
      ...items,
    ])
    expect(said.slice(0, 2)).toEqual(['Invoice no.: 2026-0117', 'Due: 28 February 2026'])
  })

  test('has no head above its sums, however small they are', async () => {
    const said = await read([...items, ...below(350, ['Net', '474'], ['VAT', '94'])])
    expect(said.slice(-2)).toEqual(['Net: 474', 'VAT: 94'])
  })

  test('and a property of what is named above is no sum [G413]', async () => {
    const cells = [
      ['Product', 'Property', 'Value'],
      ['Pump', 'Gross weight', '6 kg'],
      ['', 'Net weight', '5 kg'],
    ]
    expect((await read(rows([72, 200, 350], cells))).at(-1)).toContain('Pump')
  })

  test('and a large value stays with its label [G413]', async () => {
    const told = await read([
      [72, 700, 'Price'],
      [400, 700, '99 EUR', { size: 16 }],
      [72, 680, 'Weight'],
      [400, 680, '3 kg', { size: 16 }],
      [72, 600, 'This is a sentence of the letter that runs over the page and ends here.'],
    ])
    expect(told.slice(0, 2)).toEqual(['Price: 99 EUR', 'Weight: 3 kg'])
  })
})
