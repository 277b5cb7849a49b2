import { describe, expect, test } from 'vitest'
import { minimalPdf, type PdfExtras, type PdfText } from './minimal-pdf.ts'
import { statementsOf } from './statements-of.ts'

/** The statements of a PDF of one page. */
const read = (texts: readonly PdfText[], extras?: PdfExtras) =>
  statementsOf('a.pdf', minimalPdf([texts], extras))

/** Lines below each other, each as cells at these places. */
const rows = (at: readonly number[], cells: readonly (readonly string[])[], top = 700): PdfText[] =>
  cells.flatMap((row, i) => row.map((text, k): PdfText => [at[k] ?? 0, top - 16 * i, text]))

describe('lists of a PDF', () => {
  test('[G357] whose marks are drawn apart from their text are items under their lead', async () => {
    const bullets = [
      [72, 716, 'Visitors must:'],
      ...rows(
        [85, 103],
        ['wear a badge', 'leave phones at the desk'].map((text) => ['•', text]),
      ),
      [103, 668, 'that is near the door'],
      [72, 640, 'All rooms close at 18:00.'],
    ] as const
    expect(await read(bullets)).toEqual([
      'Visitors must:\n- wear a badge\n- leave phones at the desk that is near the door',
      'Visitors must: › wear a badge',
      'Visitors must: › leave phones at the desk that is near the door',
      'All rooms close at 18:00.',
    ])
  })

  test('[G357] with numbers or letters, as clauses of a contract have them', async () => {
    const clauses: PdfText[] = [
      ...rows(
        [72, 94],
        [
          ['1.', 'The tenant pays rent by the third working day'],
          ['', 'of each month.'],
        ],
      ),
      ...rows(
        [72, 94],
        [
          ['2.', 'The deposit is three months of rent.'],
          ['(a)', 'Damage is deducted.'],
        ],
        668,
      ),
      ...rows(
        [72, 104],
        [
          ['2.1', 'The landlord repairs the roof.'],
          ['2.2', 'The tenant cleans the gutters.'],
        ],
        600,
      ),
    ]
    expect((await read(clauses.filter(([, , text]) => text !== ''))).slice(1)).toEqual([
      'The tenant pays rent by the third working day of each month.',
      'The deposit is three months of rent.',
      'The deposit is three months of rent. › Damage is deducted.',
      '2.1 The landlord repairs the roof.',
      '2.2 The tenant cleans the gutters.',
    ])
  })

  test('[G357] but a table whose first column has numbers is none', async () => {
    const numbered = [
      ['No.', 'Article'],
      ['1.', 'Screws'],
      ['2.', 'Bolts'],
    ]
    expect(await read(rows([72, 140], numbered))).toEqual([
      'No.: 1. · Article: Screws',
      'No.: 2. · Article: Bolts',
    ])
    const figures = [
      ['Weight', 'Plant'],
      ['2.1', 'Apple'],
      ['3.4', 'Pear'],
    ]
    expect(await read(rows([72, 110], figures))).toEqual([
      'Weight: 2.1 · Plant: Apple',
      'Weight: 3.4 · Plant: Pear',
    ])
  })
})

describe('raised letters of a PDF', () => {
  const raised = (before: string, width: number, mark: string, after: string): PdfText[] => [
    [72, 700, before],
    [72 + width, 704, mark, { size: 7 }],
    [72 + width + 11, 700, after],
  ]

  test.each([
    ['The plant employs 250', 111.3, '3', 'people.', 'The plant employs 250 people.'],
    ['It covers 40 m', 69.1, '2', 'of land.', 'It covers 40 m² of land.'],
    ['It opens on the 1', 82, 'st', 'of May.', 'It opens on the 1st of May.'],
    ['It costs $19', 56.3, '99', 'in May.', 'It costs $19.99 in May.'],
  ])(
    '[G358] the mark of a footnote joins no number, and a power stays: %s',
    async (before, width, mark, after, told) => {
      expect(await read(raised(before, width, mark, after))).toEqual([told])
    },
  )

  test('[G358] and a footnote is told without its mark', async () => {
    const note = await read([
      [72, 700, 'Overtime is paid at 150%.'],
      [72, 104, '1', { size: 6 }],
      [76, 101, 'On Sundays it is 200%.', { size: 8 }],
    ])
    expect(note).toEqual(['Overtime is paid at 150%.', 'On Sundays it is 200%.'])
  })
})
