import { describe, expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { minimalPdf, type PdfText } from './minimal-pdf.ts'
import { statementsOf } from './statements-of.ts'

/** Two columns of lines, row by row as a program draws them; `#` begins a heading in bold. */
const columns = (left: readonly string[], right: readonly string[], gap: number): PdfText[] =>
  left.flatMap((text, i) =>
    [
      [72, text],
      [330, right[i] ?? ''],
    ].flatMap(([x, own]): PdfText[] => {
      const words = String(own)
      const bold = words.startsWith('#')
      return words === '' ? [] : [[Number(x), 700 - gap * i, words.replace('#', ''), { bold }]]
    }),
  )
const read = (texts: readonly PdfText[]) => statementsOf('a.pdf', minimalPdf([texts]))

const BELLS = [
  '#Bell tower',
  'The scaffolding around the bell',
  'tower comes down on 21 October.',
  'The masons replaced 46 stones',
  'and the weathercock, which had',
  'lost its tail in the storm.',
]
const SOUP = [
  '#Soup kitchen',
  'The soup kitchen now opens at',
  '11:30 instead of noon. Last month',
  'it served 1,870 bowls. Helpers',
  'meet in the vestry at ten.',
]
const TOLD = [
  'The scaffolding around the bell tower comes down on 21 October.',
  'The masons replaced 46 stones and the weathercock, which had lost its tail in the storm.',
  'The soup kitchen now opens at 11:30 instead of noon.',
  'Last month it served 1,870 bowls.',
  'Helpers meet in the vestry at ten.',
]
const CHOIR = ['#Choir', 'Rehearsals take place on Monday', 'evenings in the crypt.']
const BOOKS = ['#Library', 'The parish library has moved to', 'the old forge on the green.']

describe('[G510] two columns of text in a PDF', () => {
  test.each([14, 19, 22])('are told one after the other, with lines %i points apart', async (gap) => {
    expect(await read(columns(BELLS, SOUP, gap))).toEqual(TOLD)
  })

  test.each([14, 17])('also where headings stand side by side again, %i points apart', async (gap) => {
    const found = await read(columns([...BELLS, '', ...CHOIR], [...SOUP, '', '', ...BOOKS], gap))
    expect(found).toEqual([
      ...TOLD.slice(0, 2),
      'Rehearsals take place on Monday evenings in the crypt.',
      ...TOLD.slice(2),
      'The parish library has moved to the old forge on the green.',
    ])
  })

  test('have their headings above their text', async () => {
    const parsed = await parse({ file: 'a.pdf', bytes: minimalPdf([columns(BELLS, SOUP, 19)]) })
    const trails = 'passages' in parsed ? parsed.passages.map(({ trail }) => trail.at(-1)) : []
    expect(trails).toEqual(['Bell tower', 'Soup kitchen'])
  })

  test('also where one paragraph of each begins on the same line', async () => {
    const left = [
      'The bridge is closed to all heavy',
      'carts until the end of spring. The',
      'smaller ones may cross as before.',
      'Walkers take the path below the',
      'mill, which is lit at night.',
    ]
    const right = [
      'The market moves to the upper',
      'square for two weeks. Stalls stay',
      'open until six in the evening.',
      'Helpers bring the tables from the',
      'barn, where they are kept dry.',
    ]
    const found = await read(columns(left, right, 19))
    expect(found[0]).toBe('The bridge is closed to all heavy carts until the end of spring.')
    expect(found).toContain('Helpers bring the tables from the barn, where they are kept dry.')
  })

  test('but rows of widely spaced cells of several lines are a table', async () => {
    const faults = [
      '#Fault',
      'The pump of the boiler does not',
      'start. It hums when the switch',
      'is pressed twice.',
      'The drum is loud and the lid',
      'shakes. It moves when empty.',
    ]
    const remedies = [
      '#Remedy',
      'Check the mains lead and press',
      'the red button. Wait until the',
      'lamp is green.',
      'Level the feet of the machine',
      'with the spanner. Turn it left.',
    ]
    expect((await read(columns(faults, remedies, 19)))[0]).toMatch(/^Fault: .* · Remedy: /u)
  })

  test('but labels with values, and rows with figures, are a table', async () => {
    const labels = ['Hall', 'opening hours of the hall', 'price of a ticket', 'key of the hall and yard']
    const values = ['Old mill', 'from nine to five. Not on Sundays', '12 euros for adults', 'at the desk']
    const rows = await read(columns(labels, values, 19))
    expect(rows.length).toBeGreaterThan(2)
    expect(rows.every((row) => row.includes(' · '))).toBe(true)
    const parts = ['#Part', 'hose of the pump', 'belt of the drum', 'lid with a hinge']
    const prices = ['#Price', '12.50 in the shop', '8.20 in the shop', '31.00 by post']
    expect(await read(columns(parts, prices, 19))).toContain(
      'Part: belt of the drum · Price: 8.20 in the shop',
    )
  })
})
