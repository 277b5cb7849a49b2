import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readMarkdown, readText } from '../../../actors/knowledge/documents/formats/markdown.ts'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { contextOf, type Passage, passages } from '../../../actors/knowledge/text/passages.ts'
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

const markdown = (text: string) => passages(readMarkdown('handbook.md', text))
const plain = (text: string, file = 'a.txt') => passages(readText(file, text))
const statements = (found: readonly Passage[]) =>
  found.flatMap(({ text, statements }) => statements.map(({ start, end }) => text.slice(start, end)))

describe('passages', () => {
  it('keep headings as context and the text under them, with its line', () => {
    const warranty = markdown(HANDBOOK).find((passage) => passage.text.includes('24 months'))
    expect(warranty).toMatchObject({
      line: 7,
      title: 'Service handbook',
      trail: ['Warranty', 'How long is the warranty?'],
      text: '24 months from the day of delivery.',
    })
  })

  it('have lines that were broken on purpose, table rows, lists and their items as their own statements', () => {
    expect(statements(markdown(HANDBOOK))).toEqual([
      '24 months from the day of delivery.',
      'Monday: 9 to 17\nTuesday: 9 to 17\nSaturday: closed',
      'Monday: 9 to 17',
      'Tuesday: 9 to 17',
      'Saturday: closed',
      'Plan: Free · Price: $0 · Seats: 1',
      'Plan: Pro · Price: $20 · Seats: 10',
      'The kit holds:\n- a screwdriver\n- two batteries (AA),\nnot rechargeable\n- a manual',
      'a screwdriver',
      'two batteries (AA),\nnot rechargeable',
      'a manual',
    ])
  })

  it('join lines that an editor wrapped', () => {
    const text =
      'The battery must be charged for at least eight\nhours before it is used for the first time.\n'
    expect(plain(text)[0]?.statements).toHaveLength(1)
    const quote =
      '> The battery must be charged for at least eight\n> hours before it is used for the first time.\n'
    expect(markdown(quote)[0]?.statements).toHaveLength(1)
  })

  it('count lines by LF, CRLF and CR alike', () => {
    const lines = ['# Title', '', 'First one.', '', '## Part', '', 'Second one.']
    for (const end of ['\n', '\r\n', '\r']) {
      expect(markdown(lines.join(end)).map(({ line, text }) => [line, text])).toEqual([
        [3, 'First one.'],
        [7, 'Second one.'],
      ])
    }
  })

  it('name a document without headings by the words of its file', () => {
    expect(plain('Within 30 days.', 'docs/returns-policy.txt')[0]?.title).toBe('returns policy')
    expect(plain('Within 30 days.', 'p00012.txt')[0]?.title).toBe('')
  })

  it('keep a paragraph of Chinese whole: its first sentence says what the others are about [G229]', () => {
    const sentence = (i: number) => `第${i}号仓库建于一九五零年，屋顶由红瓦铺成，大门朝南。`
    const prose = (n: number) => Array.from({ length: n }, (_, i) => sentence(i)).join('')
    expect(plain(prose(25))).toHaveLength(1)
    expect(plain(prose(100)).length).toBeGreaterThan(2)
  })

  it('part long prose between sentences, and hand a lead on to the rows that follow', () => {
    const prose = Array.from(
      { length: 40 },
      (_, i) => `Sentence number ${i} says that the pump has a valve.`,
    ).join(' ')
    const parts = plain(prose)
    expect(parts.length).toBeGreaterThan(1)
    for (const part of parts) {
      expect(part.text.endsWith('valve.')).toBe(true)
      expect(pieceEstimate(part.text)).toBeLessThanOrEqual(240)
    }
    const rows = Array.from({ length: 60 }, (_, i) => `| item ${i} | ${i} EUR |`)
    const table = markdown(
      ['# Prices', '', 'We charge:', '', '| Item | Price |', '|---|---|', ...rows].join('\n'),
    )
    expect(table.length).toBeGreaterThan(1)
    expect(contextOf(table.at(-1) as Passage)).toBe('Prices – We charge:')
    expect(statements(table).at(-1)).toBe('Item: item 59 · Price: 59 EUR')
  })

  it('hold a line of a megabyte without losing any of it', () => {
    const found = plain('word '.repeat(200_000).trim())
    const kept = found.reduce((sum, one) => sum + (one.text.match(/word/g)?.length ?? 0), 0)
    expect(kept).toBe(200_000)
  })

  it('have no more white space between statements than people leave', async () => {
    const text = `One end.${' '.repeat(1_000_000)}\nThe other${' '.repeat(1_000_000)}end.`
    const parsed = await parse({ file: 'a.txt', bytes: new TextEncoder().encode(text) })
    if ('reason' in parsed) throw new Error(parsed.reason)
    expect(parsed.passages.reduce((sum, one) => sum + one.text.length, 0)).toBeLessThan(5_000)
    expect(parsed.passages[0]?.text).toMatch(/^One end\.\sThe other/u)
  })

  it('are none where there is nothing but headings', () => {
    expect(markdown('')).toEqual([])
    expect(markdown(' \n\n\t')).toEqual([])
    expect(markdown('# Only\n## Heads')).toEqual([])
  })

  it('keep every statement of any text inside, trimmed, in the order of their beginnings', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '# Head',
        '- item',
        '  - inner',
        '| a | b |',
        '|---|---|',
        '```',
        '---',
        '',
        'One. Two?',
        '1. first',
        '二。三。',
        '🙂 ok.',
        '<td>',
        '<b>x</b>',
      ),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
        for (const { text, statements } of markdown(lines.join(end))) {
          let at = 0
          for (const { start, end } of statements) {
            expect(start).toBeGreaterThanOrEqual(at)
            expect(start).toBeLessThan(end)
            expect(end).toBeLessThanOrEqual(text.length)
            expect(text.slice(start, end).trim()).toBe(text.slice(start, end))
            at = start
          }
        }
      }),
    )
  })
})
