import { expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { minimalPdf, type PdfText } from './minimal-pdf.ts'

/** The statements of a page with the headings above each. */
async function read(lines: readonly PdfText[]): Promise<string[]> {
  const parsed = await parse({ file: 'a.pdf', bytes: minimalPdf([lines]) })
  if ('reason' in parsed) throw new Error(parsed.reason)
  return parsed.passages.flatMap(({ trail, text, statements }) =>
    statements.map(({ start, end }) => [...trail, text.slice(start, end)].join(' > ')),
  )
}

const QUIET = 'Please keep quiet from ten at night until six in the'
const KEYS = 'All keys must be handed over, including copies.'
const RESULT = ['Noise > Please keep quiet from ten at night until six in the morning.', `Keys > ${KEYS}`]

test('[G452] a short line apart from the text above and below it is a heading in a PDF', async () => {
  expect(
    await read([
      [72, 700, 'Noise'],
      [72, 670, QUIET],
      [72, 655, 'morning.'],
      [72, 620, 'Keys'],
      [72, 590, KEYS],
    ]),
  ).toEqual(RESULT)
})

test('[G452] so is a line in bold directly above its text', async () => {
  expect(
    await read([
      [72, 700, 'Noise', { bold: true }],
      [72, 685, QUIET],
      [72, 670, 'morning.'],
      [72, 640, 'Keys', { bold: true }],
      [72, 625, KEYS],
    ]),
  ).toEqual(RESULT)
})

test('[G452] also directly below the end of a sentence, but not within one', async () => {
  const page = (end: string): PdfText[] => [
    [72, 700, 'Noise', { bold: true }],
    [72, 685, QUIET],
    [72, 670, end],
    [72, 655, 'Keys', { bold: true }],
    [72, 640, KEYS],
  ]
  expect(await read(page('morning.'))).toEqual(RESULT)
  expect((await read(page('morning and hand over'))).some((one) => one.startsWith('Keys >'))).toBe(false)
})

test.each<[string, readonly string[]]>([
  ['short lines', ['Rooms', 'Hall', 'Yard', 'Old mill', 'Barn']],
  ['labels of a form', ['Name', 'Ann Lee', 'Date', '12 May 2024', 'Place', 'Ulm']],
  ['a single line', ['Noise', KEYS]],
  ['a greeting and a name', ['Dear Ann Lee', KEYS, 'Kind regards', 'Tom']],
])('[G452] %s are no headings', async (_, lines) => {
  expect(await read(lines.map((text, i): PdfText => [72, 700 - 30 * i, text]))).toEqual(lines)
})

test('[G452] the lines of an address above a text are no headings', async () => {
  const lines: PdfText[] = [
    [72, 700, 'Ann Lee'],
    [72, 686, 'Mill Lane'],
    [72, 672, 'Ulm'],
    [72, 640, KEYS],
    [72, 610, 'Tom Hill'],
    [72, 596, 'Oak Row'],
    [72, 560, KEYS],
  ]
  expect((await read(lines)).some((one) => one.includes(' > '))).toBe(false)
})
