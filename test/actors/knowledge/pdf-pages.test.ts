import { describe, expect, test } from 'vitest'
import { minimalPdf, type PdfText, rows } from './minimal-pdf.ts'
import { statementsOf } from './statements-of.ts'

const read = (...pages: readonly (readonly PdfText[])[]) => statementsOf('a.pdf', minimalPdf(pages))

/** Rows in these columns that end at the foot of a page, or begin at its top. */
const low = (cells: readonly (readonly string[])[], at = [72, 200, 330]) =>
  rows(at, cells, 80 + 16 * (cells.length - 1))
const high = (cells: readonly (readonly string[])[], at = [72, 200, 330]) => rows(at, cells, 715)
const inBold = (texts: readonly PdfText[], y: number) =>
  texts.map(([x, top, text]): PdfText => [x, top, text, { bold: top === y }])

describe('a table that goes on on the next page of a PDF', () => {
  const rooms = [
    ['Room', 'Key holder', 'Since'],
    ['Hall 1', 'Ann', '2001'],
    ['Hall 2', 'Bob', '2002'],
  ]
  const first = [
    'Room: Hall 1 · Key holder: Ann · Since: 2001',
    'Room: Hall 2 · Key holder: Bob · Since: 2002',
  ]

  test('[G478] has its head there, too, if its columns are the same', async () => {
    const more = [
      ['Hall 3', 'Cy', '2003'],
      ['Hall 4', 'Dan', '2004'],
    ]
    const told = [
      ...first,
      'Room: Hall 3 · Key holder: Cy · Since: 2003',
      'Room: Hall 4 · Key holder: Dan · Since: 2004',
    ]
    expect(await read(low(rooms), high(more))).toEqual(told)
    expect(await read(inBold(low(rooms), 112), high(more))).toEqual(told)
    const title: PdfText = [72, 745, 'Rooms', { size: 18 }]
    expect(await read([title, ...low(rooms)], [title, ...high(more)])).toEqual(told)
    const courses = [
      ['Course', 'Teacher', 'Place'],
      ['Yoga', 'Ida', 'Lund'],
      ['Chess', 'Jon', 'Oslo'],
    ]
    const words = high([
      ['Dance', 'Kim', 'Bonn'],
      ['Judo', 'Leo', 'Kiel'],
    ])
    expect((await read(low(courses), words)).slice(2)).toEqual([
      'Course: Dance · Teacher: Kim · Place: Bonn',
      'Course: Judo · Teacher: Leo · Place: Kiel',
    ])
  })

  test.each([
    [
      'above figures',
      high,
      [
        ['Course', 'Teacher', 'Year'],
        ['Yoga', 'Ida', '2003'],
      ],
    ],
    [
      'that it shares',
      high,
      [
        ['Course', 'Key holder', 'Place'],
        ['Yoga', 'Ida', 'Lund'],
      ],
    ],
    [
      'in bold',
      (cells: string[][]) => inBold(high(cells), 715),
      [
        ['Course', 'Teacher', 'Place'],
        ['Yoga', 'Ida', 'Lund'],
      ],
    ],
    [
      'above other columns',
      (cells: string[][]) => high(cells, [72, 240, 330]),
      [
        ['Course', 'Teacher', 'Place'],
        ['Yoga', 'Ida', 'Lund'],
      ],
    ],
    [
      'of a table in the middle of the page',
      (cells: string[][]) => rows([72, 200, 330], cells, 500),
      [
        ['Course', 'Teacher', 'Place'],
        ['Yoga', 'Ida', 'Lund'],
      ],
    ],
  ])('[G478] but one of its own has its own head %s', async (_, drawn, cells) => {
    const [head = [], row = []] = cells
    const own = head.map((name, i) => `${name}: ${row[i]}`).join(' · ')
    expect(await read(low(rooms), drawn(cells))).toEqual([...first, own])
  })
})

describe('lines at the edge of the pages of a PDF', () => {
  /** Pages of one sentence with these lines above it. */
  const withHeads = async (heads: readonly string[], size = 11) => {
    const found = await read(
      ...heads.map((head, i): PdfText[] => [
        [72, 750, head, { size }],
        [72, 600, `The ${['oak', 'elm', 'fir', 'yew'][i]} is an old tree of the park.`],
      ]),
    )
    return heads.filter((head) => found.some((text) => text.includes(head)))
  }

  test.each([
    [['Tour 1 starts at 9:30.', 'Tour 2 starts at 10:30.', 'Tour 3 starts at 11:30.']],
    [['Payslip no. 56', 'Payslip no. 49', 'Payslip no. 42', 'Payslip no. 12']],
    [['The price is 15 EUR.', 'The price is 30 EUR.', 'The price is 45 EUR.']],
    [['Machine 1', 'Machine 2', 'Machine 3']],
    [['12 EUR', '19 EUR', '8 EUR']],
  ])('[G479] are told if they have numbers of their own: %j', async (heads) => {
    expect(await withHeads(heads)).toEqual(heads)
  })

  test.each([
    [['Oak manual | 1', 'Oak manual | 2', 'Oak manual | 3'], 11],
    [['1 · Oak manual', '2 · Oak manual', '3 · Oak manual'], 11],
    [['Oak manual (7 of 20)', 'Oak manual (8 of 20)', 'Oak manual (9 of 20)'], 11],
    [['Of 2 May 2024, v1.2, page 1', 'Of 2 May 2024, v1.2, page 2', 'Of 2 May 2024, v1.2, page 3'], 11],
    [['Oak manual, page 1', 'Oak manual, page 2', 'Oak manual, page 1', 'Oak manual, page 2'], 11],
    [['Oak manual 1', 'Oak manual 2', 'Oak manual 3'], 8],
    [['Printed on 2 May 2024', 'Printed on 2 May 2024', 'Printed on 2 May 2024'], 11],
  ])('[G479] are not told if only the number of the page differs: %j', async (heads, size) => {
    expect(await withHeads(heads, size)).toEqual([])
  })
})

test('[G484] a tick in the font of signs is one, and a figure stays one', async () => {
  const cells = [
    ['Check', 'OK', 'Count'],
    ['Rope', '4', '4'],
    ['Hook', '4', '8'],
  ]
  const texts = rows([72, 200, 330], cells).map(
    ([x, y, text]): PdfText => [x, y, text, { bold: x === 200 && text === '4' }],
  )
  const pdf = new TextDecoder().decode(minimalPdf([texts])).replace('Helvetica-Bold', 'ZapfDingbats  ')
  expect(await statementsOf('a.pdf', new TextEncoder().encode(pdf))).toEqual([
    'Check: Rope · OK: ✔ · Count: 4',
    'Check: Hook · OK: ✔ · Count: 8',
  ])
})
