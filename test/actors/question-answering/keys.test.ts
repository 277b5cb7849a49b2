import { describe, expect, it } from 'vitest'
import { readCsv } from '../../../actors/knowledge/documents/formats/csv.ts'
import { passages } from '../../../actors/knowledge/text/passages.ts'
import { byKey } from '../../../actors/question-answering/answering/keys.ts'
import type { Ballot } from '../../../actors/question-answering/answering/vote.ts'

const BOATS = `berth,sign,type,paid until
12,LN 308 B,Long boat,2025-04-01
14,LN 380 B,Long boat,2025-06-01
15,NL 803 C,Cutter 30,2025-09-01
`

/** The first row, where the vote has the rows from the last to the first. */
async function first(asked: string): Promise<string> {
  const [passage] = passages(await readCsv('boats.csv', BOATS))
  if (passage === undefined) return ''
  const marks = { similarity: 0, overlap: 0, answerType: 0, standing: 0, extraction: 0 }
  const rows = passage.statements.flatMap(({ kind }, statement) => (kind === 'row' ? [statement] : []))
  const ballots = rows
    .toReversed()
    .map((statement, i): Ballot => ({ found: 0, statement, score: 3 - i, share: i === 0 ? 0.6 : 0.2, marks }))
  const [winner] = byKey({ text: asked }, [{ passage }], ballots)
  expect(winner?.score).toBe(3)
  const { start = 0, end = 0 } = passage.statements[winner?.statement ?? 0] ?? {}
  return passage.text.slice(start, end)
}

describe('a row with a key that the question has goes before rows without it [G273]', () => {
  it.each([
    ['Until when has the boat with the sign LN 380 B paid?', /LN 380 B/u],
    ['Until when is ln-308-b paid?', /LN 308 B/u],
    ['What was paid until 2025-04-01?', /LN 308 B/u],
    ['Which boat is a cutter?', /NL 803 C/u],
    ['How many of the 12 boats are there?', /NL 803 C/u],
  ])('%s', async (asked, row) => {
    expect(await first(asked)).toMatch(row)
  })
})
