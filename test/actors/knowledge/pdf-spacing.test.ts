import { describe, expect, test } from 'vitest'
import { minimalPdf, type PdfText } from './minimal-pdf.ts'
import { statementsOf } from './statements-of.ts'

/** The statements of pages whose lines are this many points apart. */
const spaced = (gap: number, ...pages: readonly (readonly string[])[]) =>
  statementsOf(
    'a.pdf',
    minimalPdf(pages.map((lines) => lines.map((text, i): PdfText => [72, 700 - i * gap, text]))),
  )

describe('[G444] a PDF whose lines are widely spaced', () => {
  test('has whole sentences', async () => {
    const lines = [
      'The tenant pays the deposit within ten days after the',
      'contract is signed. It is returned in the month in which',
      '2026 ends, less what was damaged by the tenant and his',
      'guests.',
    ]
    expect(await spaced(22, lines)).toEqual([
      'The tenant pays the deposit within ten days after the contract is signed.',
      'It is returned in the month in which 2026 ends, less what was damaged by the tenant and his guests.',
    ])
  })

  test('but lines that each say something of their own stay apart', async () => {
    const facts = [
      'Boiler room open on weekdays from nine to five',
      'Deliveries: by the gate in Mill Lane before noon',
      'Caretaker Mr Okafor',
      'Keys: at the desk on the first floor, with an ID',
    ]
    expect(await spaced(22, facts)).toEqual(facts)
    const titles = ['Kiln 3', 'Fired on Monday', 'Kiln 4', 'Fired on Friday']
    expect(await spaced(22, titles)).toEqual(titles)
  })
})

describe('[G445] the foot of a PDF of two pages', () => {
  const pages = (foot: readonly [string, string]) =>
    statementsOf(
      'a.pdf',
      minimalPdf([
        [
          [72, 30, foot[0]],
          [72, 700, 'The pump is under a warranty of'],
        ],
        [
          [72, 30, foot[1]],
          [72, 700, 'five years.'],
        ],
      ]),
    )

  test('is told once, at the end, and cuts no sentence', async () => {
    expect(await pages(['Service: 555 0100 - Page 1', 'Service: 555 0100 - Page 2'])).toEqual([
      'The pump is under a warranty of five years.',
      'Service: 555 0100',
    ])
    expect(await pages(['Call 555 0100 - page 1 of 2', 'Call 555 0100 - page 2 of 2'])).toEqual([
      'The pump is under a warranty of five years.',
      'Call 555 0100',
    ])
  })

  test('but what differs there is told of both', async () => {
    const told = await pages(['Total of part 1: 20 EUR', 'Total of part 2: 30 EUR'])
    expect(told).toContain('Total of part 1: 20 EUR')
    expect(told).toContain('Total of part 2: 30 EUR')
  })
})

describe('[G509] the number of the page in the foot of a PDF of two pages', () => {
  /** What is told of two pages that have these texts below, or above: drawn after all others. */
  const told = (texts: readonly [string, string], { y = 30, size = 8 } = {}) =>
    statementsOf(
      'a.pdf',
      minimalPdf([
        [
          [72, 700, 'On days of strong gusts in spring and autumn the school stays ashore when the'],
          [72, y, texts[0], { size }],
        ],
        [
          [72, 700, 'wind is stronger than 22 knots.'],
          [72, y, texts[1], { size }],
        ],
      ]),
    )
  const whole =
    'On days of strong gusts in spring and autumn the school stays ashore when the wind is stronger than 22 knots.'

  test.each([
    [
      'Confidential - page 1 - call 555-0190',
      'Confidential - page 2 - call 555-0190',
      'Confidential - call 555-0190',
    ],
    ['Edition 12, page 1 of 2, 3 May 2021', 'Edition 12, page 2 of 2, 3 May 2021', 'Edition 12, 3 May 2021'],
    ['Seite 1 von 2 | Bootsverein Lund', 'Seite 2 von 2 | Bootsverein Lund', 'Bootsverein Lund'],
    ['Boat club Lund - 1 / 2 - 555-0190', 'Boat club Lund - 2 / 2 - 555-0190', 'Boat club Lund - 555-0190'],
    ['Boat club Lund | 1', 'Boat club Lund | 2', 'Boat club Lund'],
    ['Boat club Lund (p. 1/2)', 'Boat club Lund (p. 2/2)', 'Boat club Lund'],
    ['This is page 1 of the handbook', 'This is page 2 of the handbook', 'This is page 2 of the handbook'],
  ])('makes no other foot: %s', async (first, last, foot) => {
    expect(await told([first, last])).toEqual([whole, foot])
  })

  test('makes no other head, which is told first wherever it is drawn', async () => {
    const heads = ['Handbook - page 1 - of May', 'Handbook - page 2 - of May'] as const
    expect(await told(heads, { y: 760 })).toEqual(['Handbook - of May', whole])
  })

  test.each([
    ['Bag 1 of 2 weighs 12 kg', 'Bag 2 of 2 weighs 12 kg'],
    ['Boat 1 - call 555-0190', 'Boat 2 - call 555-0190'],
    ['Menu of 1/5, at noon', 'Menu of 2/5, at noon'],
    ['Gate 7 - page 1 - is open', 'Gate 8 - page 2 - is open'],
    ['Prices - see page 9 - in euros', 'Prices - see page 4 - in euros'],
  ])('but another number does: %s', async (first, last) => {
    const found = (await told([first, last])).join('\n')
    expect(found).toContain(first)
    expect(found).toContain(last)
  })

  test.each([
    ['Contract 77, revision', '1'],
    ['Copies to keep', '2'],
  ])('but the same number on both is kept: %s %s', async (words, number) => {
    const pages = ['oak', 'elm'].map((tree): PdfText[] => [
      [72, 600, `The ${tree} is an old tree.`],
      [72, 30, words, { size: 8 }],
      [300, 30, number, { size: 8 }],
    ])
    expect((await statementsOf('a.pdf', minimalPdf(pages))).at(-1)).toMatch(
      new RegExp(`${words}\\W+${number}$`, 'u'),
    )
  })

  test('in the midst of a foot of more pages is left out with it', async () => {
    const pages = ['oak', 'elm', 'fir'].map((tree, i): PdfText[] => [
      [72, 600, `The ${tree} is an old tree.`],
      [72, 30, `Edition 12 - page ${i + 1} - call 555-0190`],
    ])
    expect(await statementsOf('a.pdf', minimalPdf(pages))).toEqual([
      'The oak is an old tree.',
      'The elm is an old tree.',
      'The fir is an old tree.',
    ])
  })
})
