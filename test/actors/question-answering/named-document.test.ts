import { describe, expect, it } from 'vitest'
import { readMarkdown } from '../../../actors/knowledge/documents/formats/markdown.ts'
import { LexicalIndex } from '../../../actors/knowledge/retrieval/lexical-index.ts'
import { passages } from '../../../actors/knowledge/text/passages.ts'
import { byDocument } from '../../../actors/question-answering/answering/named-document.ts'
import type { Ballot } from '../../../actors/question-answering/answering/vote.ts'
import { analyse } from '../../../actors/question-answering/reading/question.ts'

const TEXTS = {
  'tools/autocannon/README.md': '# Load\n\nIt sends 41,000 requests.',
  'tools/under-pressure/README.md': '# Load\n\nIt samples every 1,000 ms.',
  'opening.md': '# Hours\n\nThe office opens at 8.',
  'office.md': '# Tracker\n\nIt opens at 9 in the office.',
  'guides/tuning.md': '# Tuning\n\nThe plugin under-pressure samples twice.',
}

/** The file that answers, where the vote has them in this order, each so many log-odds behind the one before. */
function first(text: string, order: readonly (keyof typeof TEXTS)[], apart: number): string | undefined {
  const found = order.flatMap((file) =>
    passages(readMarkdown(file, TEXTS[file])).map((passage) => ({ passage })),
  )
  const marks = { similarity: 0, overlap: 0, answerType: 0, standing: 0, extraction: 0 }
  const ballots = found.map(
    (_, i): Ballot => ({ found: i, statement: 0, score: -i * apart, share: 0, marks }),
  )
  const question = analyse(text, new LexicalIndex(found.map(({ passage }) => passage)))
  const [winner] = byDocument(question, found, { ballots, disputed: false }).ballots
  return found[winner?.found ?? -1]?.passage.file
}

const CANNON = 'tools/autocannon/README.md'
const PRESSURE = 'tools/under-pressure/README.md'
const TUNING = 'guides/tuning.md'
const OPENING = 'opening.md'
const OFFICE = 'office.md'

describe('what a document says that the question names goes before what another says nearly as well [G376]', () => {
  it.each([
    ['by its folder', 'How often does under-pressure sample?', [CANNON, PRESSURE], 1, PRESSURE],
    ['by its file', 'How many samples does the tuning guide say?', [CANNON, TUNING], 1, TUNING],
    ['but not what is far behind', 'How often does under-pressure sample?', [CANNON, PRESSURE], 3, CANNON],
    ['nor before one with the name', 'How often does under-pressure sample?', [TUNING, PRESSURE], 1, TUNING],
    ['nor by a word that the other has too', 'When does the office open?', [OPENING, OFFICE], 1, OPENING],
    [
      'nor by a word that names no file',
      'What does the readme say of pressure?',
      [CANNON, PRESSURE],
      1,
      CANNON,
    ],
  ] as const)('%s', (_, asked, order, apart, file) => {
    expect(first(asked, order, apart)).toBe(file)
  })
})
