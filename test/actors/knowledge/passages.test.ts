import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contextOf, passages } from '../../../actors/knowledge/text/passages.ts'
import { pieceEstimate } from '../../../actors/knowledge/text/words.ts'

const HANDBOOK = `# Service handbook

## Warranty

### How long is the warranty?

24 months from the day of delivery.

## Opening hours

Monday: 9 to 17
Tuesday: 9 to 17
Saturday: closed

## Plans

| Plan | Price | Seats |
|------|------:|------:|
| Free | $0    | 1     |
| Pro  | $20   | 10    |

## You need

The kit holds:

- a screwdriver
- two batteries (AA),
  not rechargeable
- a manual
`

describe('passages', () => {
  it('keeps headings as context and the text under them verbatim, with its line', () => {
    const found = passages({ file: 'handbook.md', text: HANDBOOK })
    const warranty = found.find((passage) => passage.text.includes('24 months'))
    expect(warranty).toMatchObject({
      line: 7,
      title: 'Service handbook',
      trail: ['Warranty', 'How long is the warranty?'],
      text: '24 months from the day of delivery.',
    })
    for (const passage of found) {
      expect(HANDBOOK.slice(passage.start, passage.start + passage.text.length)).toBe(passage.text)
    }
  })

  it('reads lines that were broken on purpose, table rows and list items as statements of their own', () => {
    const found = passages({ file: 'handbook.md', text: HANDBOOK })
    const statements = found.flatMap(({ text, statements }) =>
      statements.map(({ start, end }) => text.slice(start, end)),
    )
    expect(statements).toEqual([
      '24 months from the day of delivery.',
      'Monday: 9 to 17',
      'Tuesday: 9 to 17',
      'Saturday: closed',
      '| Plan | Price | Seats |',
      '| Free | $0    | 1     |',
      '| Pro  | $20   | 10    |',
      'The kit holds:',
      '- a screwdriver',
      '- two batteries (AA),\n  not rechargeable',
      '- a manual',
    ])
  })

  it('joins lines that an editor wrapped', () => {
    const text =
      'The battery must be charged for at least eight\nhours before it is used for the first time.\n'
    expect(passages({ file: 'a.txt', text })[0]?.statements).toHaveLength(1)
  })

  it('counts lines by LF, CRLF and CR alike', () => {
    const lines = ['# Title', '', 'First one.', '', '## Part', '', 'Second one.']
    for (const end of ['\n', '\r\n', '\r']) {
      const found = passages({ file: 'a.md', text: lines.join(end) })
      expect(found.map(({ line, text }) => [line, text])).toEqual([
        [3, 'First one.'],
        [7, 'Second one.'],
      ])
    }
  })

  it('takes lines of the file where text and file differ', () => {
    const found = passages({ file: 'a.html', text: 'One.\n\nTwo.', title: 'Page', lineOf: [12, 13, 40] })
    expect(found[0]).toMatchObject({ line: 12, title: 'Page' })
  })

  it('names a document without headings by the words of its file', () => {
    expect(passages({ file: 'docs/returns-policy.txt', text: 'Within 30 days.' })[0]?.title).toBe(
      'returns policy',
    )
    expect(passages({ file: 'p00012.txt', text: 'Within 30 days.' })[0]?.title).toBe('')
  })

  it('parts long prose between sentences and hands a table head on to the rows that follow', () => {
    const prose = Array.from(
      { length: 40 },
      (_, i) => `Sentence number ${i} says that the pump has a valve.`,
    ).join(' ')
    const parts = passages({ file: 'a.txt', text: prose })
    expect(parts.length).toBeGreaterThan(1)
    for (const part of parts) {
      expect(part.text.endsWith('valve.')).toBe(true)
      expect(pieceEstimate(part.text)).toBeLessThanOrEqual(240)
    }
    const rows = Array.from({ length: 60 }, (_, i) => `| item ${i} | ${i} EUR |`)
    const table = passages({
      file: 'b.md',
      text: ['# Prices', '', '| Item | Price |', '|---|---|', ...rows].join('\n'),
    })
    expect(table.length).toBeGreaterThan(1)
    expect(contextOf(table.at(-1) as (typeof table)[number])).toBe('Prices – | Item | Price |')
  })

  it('cuts a line of a megabyte without losing any of it', () => {
    const text = 'word '.repeat(200_000).trim()
    const found = passages({ file: 'a.txt', text })
    const kept = found.reduce((sum, one) => sum + (one.text.match(/word/g)?.length ?? 0), 0)
    expect(kept).toBe(200_000)
  })

  it('gives nothing for nothing, and the headings of a document that has only those', () => {
    expect(passages({ file: 'a.md', text: '' })).toEqual([])
    expect(passages({ file: 'a.md', text: ' \n\n\t' })).toEqual([])
    expect(passages({ file: 'a.md', text: '# Only\n## Heads' }).map((one) => one.text)).toEqual(['Heads'])
  })

  it('keeps every statement of any text verbatim and in order', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '# Head',
        '- item',
        '| a | b |',
        '```',
        '---',
        '',
        'One. Two?',
        '1. first',
        '二。三。',
        '🙂 ok.',
      ),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
        const text = lines.join(end)
        let at = 0
        for (const passage of passages({ file: 'a.md', text })) {
          expect(text.slice(passage.start, passage.start + passage.text.length)).toBe(passage.text)
          expect(passage.start).toBeGreaterThanOrEqual(at)
          at = passage.start + passage.text.length
          for (const { start, end } of passage.statements) {
            expect(start).toBeLessThan(end)
            expect(passage.text.slice(start, end).trim()).toBe(passage.text.slice(start, end))
          }
        }
      }),
    )
  })
})
