import fc from 'fast-check'
import type { RootContent } from 'mdast'
import { describe, expect, test } from 'vitest'
import { FORMATS } from '../../../actors/knowledge/documents/formats/formats.ts'
import { joinedPages } from '../../../actors/knowledge/documents/formats/pdf-breaks.ts'
import { joined } from '../../../actors/knowledge/documents/formats/pdf-tables.ts'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { minimalPdf } from './minimal-pdf.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const numbered = (count: number, text: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join('')
const card = (note: string) => `BEGIN:VCARD\nFN:Ann\nNOTE:${note}\nEND:VCARD\n`
const cue = (text: string) => `1\n00:00:01,000 --> 00:00:02,000\n${text}\n`

/** Each takes minutes, or far more memory than a thread has, where some step takes the square of the file. */
describe('reading takes time by the length of a file, whatever is in it [G259]', () => {
  test.each([
    ['brackets.ini', '['.repeat(200_000)],
    ['unclosed.ini', `[a${']'.repeat(200_000)}x`],
    ['spaces.ini', `a${' '.repeat(300_000)}b`],
    ['voices.srt', cue('<v '.repeat(200_000))],
    ['voice.srt', cue(`<v${' '.repeat(300_000)}`)],
    ['commas.vcf', card(`a${', '.repeat(150_000)}b`)],
    ['lines.vcf', card(`a${'\\n'.repeat(150_000)}b`)],
    ['names.xml', `<r>${numbered(60_000, (i) => `<a${i}>1</a${i}>`)}</r>`],
    ['nested.xml', `${'<a>t'.repeat(50_000)}${'</a>'.repeat(50_000)}`],
    ['keys.yaml', numbered(40_000, (i) => `k${i}: ${i}\n`)],
    ['aliases.yaml', `a: &a v\n${numbered(20_000, (i) => `k${i}: *a\n`)}`],
    [
      'merged.yaml',
      `a: &a\n${numbered(5_000, (i) => `  k${i}: v\n`)}${numbered(5_000, (i) => `m${i}:\n  <<: *a\n`)}`,
    ],
    ['itself.yaml', `a: &a [*a, *a]\n${numbered(20_000, (i) => `k${i}: *a\n`)}`],
    ['closing.md', ']'.repeat(100_000)],
    ['links.md', '[a]('.repeat(60_000)],
    ['emphasis.md', 'a**b'.repeat(60_000)],
    ['quoted.md', `${'>'.repeat(200_000)} The end.`],
    ['within.md', `${'- '.repeat(100_000)}The end.`],
    ['spanning.html', `<table>${'<tr><td colspan=1000 rowspan=1000>a'.repeat(3_000)}`],
    ['comments.html', `${'<!--a-->'.repeat(100_000)}The end.`],
    ['scripts.html', `${'<script>a</script>'.repeat(50_000)}The end.`],
    ['empty.html', `<p>a${'<i> </i>'.repeat(50_000)}The end.`],
    ['breaks.html', `<p>a${'<br> '.repeat(100_000)}The end.`],
    ['options.tex', `\\begin{tabular}{l}\n${'\\\\['.repeat(100_000)}`],
    ['columns.tex', `\\begin{tabular}{l}\n${'\\multicolumn{99}{l}{a} & '.repeat(4_000)}\n\\end{tabular}`],
    ['raised.html', `<p>${'1<sup>2</sup> '.repeat(60_000)}`],
    ['spans.html', `<p>${'<span>ab</span>'.repeat(40_000)}`],
    ['lists.tex', '\\begin{itemize}\n\\item a\n'.repeat(10_000)],
  ])('%s', async (file, text) => {
    const parsed = await parse({ file, bytes: bytesOf(text) })
    if ('reason' in parsed) expect(parsed.reason).toMatch(/^\S/u)
    else expect(JSON.stringify(parsed.passages).length).toBeLessThan(30 * text.length + 1_000_000)
  })
})

test('a file that is nested too deep for its parser is read as plain text, and this is said', async () => {
  const deep = [
    ['a.yaml', `${'['.repeat(20_000)}\nThe pump is blue.\n`],
    ['a.yaml', `${'{a: '.repeat(20_000)}\nThe pump is blue.\n`],
    ['a.json', `${'['.repeat(20_000)}\n"The pump is blue."\n${']'.repeat(20_000)}`],
    ['a.xml', `${'<a>'.repeat(40_000)}\nThe pump is blue.\n${'</a>'.repeat(40_000)}`],
    ['a.html', `${'<div>'.repeat(20_000)}\nThe pump is blue.\n`],
  ] as const
  for (const [file, text] of deep) {
    const parsed = await parse({ file, bytes: bytesOf(text) })
    expect([file, parsed]).toMatchObject([file, { aside: 'read as plain text: it is nested too deep' }])
    const texts = 'passages' in parsed ? parsed.passages.map((passage) => passage.text) : []
    expect(texts.join('\n')).toContain('The pump is blue.')
  }
})

test('a PDF of one page with 20,000 lines is read, one without text is skipped, and both are as far as they go', async () => {
  const line = (i: number) =>
    [
      [50, 700 - i / 40, `Pump ${i} is blue`],
      [300, 700 - i / 40, `${i}`],
    ] as const
  const long = minimalPdf([Array.from({ length: 20_000 }, (_, i) => line(i)).flat()])
  expect(await parse({ file: 'a.pdf', bytes: long })).toMatchObject({ passages: expect.anything() })
  const reason = 'has no text: it may be a scan'
  expect(await parse({ file: 'a.pdf', bytes: minimalPdf([[], []]) })).toEqual({ reason })
  const cut = minimalPdf([[[50, 700, 'The pump is blue.']]]).subarray(0, 300)
  expect(await parse({ file: 'a.pdf', bytes: cut })).toMatchObject({ reason: expect.stringMatching(/^\S/u) })
})

test('[G364] a sentence of a PDF that goes on over 40,000 lines, or 4,000 pages, is joined in linear time', () => {
  const line = 'the pump and the valve'
  expect(joined(Array.from({ length: 40_000 }, () => line))).toHaveLength(40_000 * 23 - 1)
  const pages = Array.from({ length: 4_000 }, (): RootContent[] => [
    { type: 'paragraph', children: [{ type: 'text', value: `${line} `.repeat(20).trim() }] },
  ])
  const [told, ...others] = joinedPages(pages)
  expect(others).toEqual([])
  expect(JSON.stringify(told).length).toBeGreaterThan(4_000 * 20 * line.length)
}, 3_000)

const WORDS = ['pump', 'valve', 'the', 'Ann', 'is blue.', 'What is it?', '7', '3.5 kg', '汉字。', 'Café']
const SIGNS = [
  ...['\n', '\n\n', '\r', '\r\n', ' ', '    ', '\t', '\f', '\u00a0', '\ufeff', '\u0301', '\ud800', '\u2028'],
  ...[
    '|',
    '|---|',
    '*',
    '**',
    '_',
    '`',
    '```\n',
    '~~',
    '[',
    ']',
    '](',
    '(',
    ')',
    '![',
    '[^1]',
    '[^1]: ',
    '# ',
    '> ',
    '- ',
    '1. ',
  ],
  ...[
    '<',
    '>',
    '</',
    '<p>',
    '<td>',
    '<table>',
    '</table>',
    '<b>',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<a b="',
    '<sup>',
    '&amp;',
    '&',
  ],
  ...[
    '{',
    '}',
    '[',
    '"',
    "'",
    ':',
    ': ',
    ',',
    '{"a":',
    '"cells":[',
    '"source":',
    '\\',
    '\\n',
    '\\u00e9',
    'null',
  ],
  ...[
    '&a ',
    '*a',
    '<<: ',
    '---\n',
    '? ',
    '!!',
    '%',
    '"""',
    '[[t]]\n',
    '[t]\n',
    ' = ',
    '; ',
    '// ',
    '# note\n',
  ],
  ...['\\begin{itemize}\n', '\\item ', '\\begin{tabular}{l}\n', ' & ', '\\\\\n', '\\section{', '$', '%'],
  ...[
    '.. note:: ',
    '::\n\n',
    '=== ===\n',
    '+---+---+\n',
    '|===\n',
    '== ',
    '[[',
    '#+begin_src\n',
    '* ',
    ':a: ',
  ],
  ...['BEGIN:VCARD\n', 'END:VCARD\n', 'FN:', 'TEL;TYPE=home:', '1\n00:00:01,000 --> 00:00:02,000\n', '<v '],
  ...[
    'Subject: ',
    'From: a@b.c\n',
    'Content-Type: multipart/mixed; boundary=x\n',
    '\n--x\n',
    '=?utf-8?Q?a?=',
  ],
]
/** Half of them words, so that something is said. */
const WRITTEN = fc
  .array(fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom(...SIGNS)), { maxLength: 80 })
  .map((parts) => parts.join(''))

/** One of each format. */
const FILES = [
  ...new Map([...FORMATS].reverse().map(([extension, format]) => [format, `a${extension}`])).values(),
  ...['README', 'ssh_config', 'crontab'],
]

describe('whatever a file holds, it is read or refused, and each statement is of its text [G261]', () => {
  test.each(FILES)('%s', { timeout: 120_000 }, async (file) => {
    await fc.assert(
      fc.asyncProperty(WRITTEN, async (text) => {
        const parsed = await parse({ file, bytes: bytesOf(text) })
        if ('reason' in parsed) {
          expect(parsed.reason).toMatch(/^\S/u)
          return
        }
        const lines = text.split(/\r\n|\n|\r/u).length
        for (const passage of parsed.passages) {
          for (const word of ['pump', 'valve', 'Ann', '汉字', 'Caf'])
            if (passage.text.includes(word)) expect(text).toContain(word)
          for (const { start, end, line } of passage.statements) {
            expect(passage.text.slice(start, end).trim()).not.toBe('')
            expect([start >= 0, end <= passage.text.length, line >= 1, line <= lines]).toEqual([
              true,
              true,
              true,
              true,
            ])
          }
        }
      }),
      { seed: 2026, numRuns: 120 },
    )
  })
})
