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
      'Service: 555 0100 - Page 2',
    ])
    expect(await pages(['Call 555 0100 - page 1 of 2', 'Call 555 0100 - page 2 of 2'])).toEqual([
      'The pump is under a warranty of five years.',
      'Call 555 0100 - page 2 of 2',
    ])
  })

  test('but what differs there is told of both', async () => {
    const told = await pages(['Total of part 1: 20 EUR', 'Total of part 2: 30 EUR'])
    expect(told).toContain('Total of part 1: 20 EUR')
    expect(told).toContain('Total of part 2: 30 EUR')
  })
})
