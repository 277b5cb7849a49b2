import { describe, expect, it } from 'vitest'
import { readMarkdown } from '../../../actors/knowledge/documents/formats/markdown.ts'
import { DenseIndex, withoutVectors } from '../../../actors/knowledge/retrieval/dense-index.ts'
import { LexicalIndex } from '../../../actors/knowledge/retrieval/lexical-index.ts'
import { passages } from '../../../actors/knowledge/text/passages.ts'
import { confidence } from '../../../actors/question-answering/answering/confidence.ts'
import { byVersion } from '../../../actors/question-answering/answering/versions.ts'
import { vote } from '../../../actors/question-answering/answering/vote.ts'
import { CALIBRATED } from '../../../actors/question-answering/calibration/e5-small-v2-with-reader.ts'
import type { Found } from '../../../actors/question-answering/reading/candidate.ts'
import { analyse } from '../../../actors/question-answering/reading/question.ts'
import { readOverlap, readStanding } from '../../../actors/question-answering/reading/reader.ts'
import { Shelf } from '../../../actors/question-answering/reading/shelf.ts'

/** The statement that answers, and whether the team is sure of it. The first file is found first, with the better scores. */
function answerTo(text: string, files: Readonly<Record<string, string>>) {
  const all = Object.entries(files).flatMap(([file, own]) => passages(readMarkdown(file, own)))
  const lexical = new LexicalIndex(all)
  const shelf = new Shelf({ passages: all, lexical, dense: new DenseIndex(withoutVectors(all.length)) })
  const question = analyse(text, lexical)
  const found: Found[] = all.map((passage, number) => ({
    number,
    passage,
    dense: 0.95 - 0.001 * number,
    lexical: 1,
  }))
  const readings = [readOverlap(question, found, CALIBRATED), readStanding(question, found, CALIBRATED)]
  const outcome = vote(readings, found, CALIBRATED, CALIBRATED.vote.weights, (ballots) =>
    byVersion(question, found, { ballots, disputed: false }, (passage) => shelf.headOf(passage)),
  )
  const { found: at = 0, statement = 0 } = outcome.ballots[0] ?? {}
  const passage = all[at]
  const { start = 0, end = 0 } = passage?.statements[statement] ?? {}
  return {
    answer: passage?.text.slice(start, end),
    sure: confidence(question, found, outcome, CALIBRATED) >= CALIBRATED.confidence.sure,
    disputed: outcome.disputed === true,
  }
}

const page = (head: string, days: string) =>
  `# Parking rules\n\n${head}\n\n## Guests\n\nGuests may park in the yard for ${days} hours.\n`
const ASKED = 'For how many hours may guests park in the yard?'
const NEW = 'Guests may park in the yard for six hours.'
const OLD = 'Guests may park in the yard for two hours.'

describe('of versions of a document that say different things the newer one counts [G269]', () => {
  it.each([
    ['by the date from which it is valid', 'Valid from 3 May 2021.', 'Valid from 1 April 2024.'],
    ['by an ISO date', 'Effective: 2021-05-03', 'Effective: 2024-04-01'],
    ['by what it replaces', 'Rules of the yard.', 'Replaces the rules of 2021, which are no longer valid.'],
    ['by what has replaced the other', 'Superseded by the rules of April.', 'Rules of the yard.'],
    ['by its number', 'Version 1.9', 'Version 1.10'],
  ])('%s', (_, older, newer) => {
    const files = { 'a/parking.md': page(older, 'two'), 'b/parking.md': page(newer, 'six') }
    expect(answerTo(ASKED, files)).toMatchObject({ answer: NEW, disputed: false })
    const moved = { 'a/parking.md': page(newer, 'six'), 'b/parking.md': page(older, 'two') }
    expect(answerTo(ASKED, moved)).toMatchObject({ answer: NEW, disputed: false })
  })

  it('also where the titles say since when they count', () => {
    const files = {
      'a.md': page('', 'two').replace(/^# [^\n]*/u, '# Yard rules (January 2021)'),
      'b.md': page('', 'six').replace(/^# [^\n]*/u, '# Yard rules (valid from March 2024)'),
    }
    expect(answerTo(ASKED, files).answer).toBe(NEW)
  })

  it('by the year in its name, of which nobody is sure unless the present is asked for', () => {
    const files = { 'parking-2021.md': page('Rules.', 'two'), 'parking-2024.md': page('Rules.', 'six') }
    expect(answerTo(ASKED, files)).toMatchObject({ answer: NEW, sure: false, disputed: true })
    expect(answerTo('For how many hours may guests currently park in the yard?', files)).toMatchObject({
      answer: NEW,
      disputed: false,
    })
  })

  it('unless the question names the other, or the one before', () => {
    const files = {
      'a/parking.md': page('Valid from 3 May 2021.', 'two'),
      'b/parking.md': page('Valid from 1 April 2024.', 'six'),
    }
    expect(answerTo('For how many hours could guests park in the yard in 2021?', files).answer).toBe(OLD)
    expect(answerTo('For how many hours could guests park in the yard in May 2021?', files).answer).toBe(OLD)
    expect(answerTo('For how many hours did the old rules let guests park in the yard?', files).answer).toBe(
      OLD,
    )
  })

  it('and where nothing tells which is newer, nobody is sure', () => {
    const files = { 'a/parking.md': page('Rules.', 'two'), 'b/parking.md': page('Rules.', 'six') }
    expect(answerTo(ASKED, files)).toMatchObject({ sure: false, disputed: true })
  })

  it('which documents of other names, and other sections, are not', () => {
    const files = {
      'yard.md': page('Valid from 3 May 2021.', 'two').replace('Parking rules', 'Yard in Lund'),
      'other.md': page('Valid from 1 April 2024.', 'six').replace('Parking rules', 'Yard in Ystad'),
    }
    expect(answerTo('For how many hours may guests park in the yard in Lund?', files)).toMatchObject({
      answer: OLD,
      disputed: false,
    })
  })
})

describe('what has replaced a document goes first, also in other words [G427]', () => {
  const SAID = 'A visitor has six hours.'
  const OVER = 'Superseded by the rules of April.'

  /** What answers, where the vote has the older statement first, and those of the newer document so many log-odds behind, in their order. */
  function first(older: string, said: string, apart = 1, asked = ASKED): string {
    const files = { 'a.md': page(older, 'two'), 'b.md': page('Rules of the yard.', 'six').replace(NEW, said) }
    const all = Object.entries(files).flatMap(([file, own]) => passages(readMarkdown(file, own)))
    const lexical = new LexicalIndex(all)
    const shelf = new Shelf({ passages: all, lexical, dense: new DenseIndex(withoutVectors(all.length)) })
    const found = all.map((passage, number): Found => ({ number, passage, dense: 0.9, lexical: 1 }))
    const textOf = (at: number, statement: number) => {
      const { start = 0, end = 0 } = all[at]?.statements[statement] ?? {}
      return all[at]?.text.slice(start, end) ?? ''
    }
    const marks = { similarity: 0, overlap: 0, answerType: 0, standing: 0, extraction: 0 }
    const ballots = all
      .flatMap(({ file, trail, statements }, at) =>
        statements.map((_, statement) => {
          const near = file === 'b.md' && trail.includes('Guests') ? -apart - statement / 10 : -9
          return { found: at, statement, score: textOf(at, statement) === OLD ? 0 : near, share: 0, marks }
        }),
      )
      .sort((a, b) => b.score - a.score)
    const question = analyse(asked, lexical)
    const ranked = byVersion(question, found, { ballots, disputed: false }, (at) => shelf.headOf(at))
    const [best] = ranked.ballots
    return best === undefined ? '' : textOf(best.found, best.statement)
  }

  it('but one with the same words before it', () => {
    expect(first(OVER, SAID)).toBe(SAID)
    expect(first(OVER, `${SAID} ${NEW}`)).toBe(NEW)
  })

  it.each([
    ['nothing says that the other is replaced', 'Rules.', SAID, 1, ASKED],
    ['it has no amount, and one is asked for', OVER, 'A visitor has some hours.', 1, ASKED],
    ['it is not near', OVER, SAID, 3, ASKED],
    ['it has no word of the question', OVER, 'Coffee is 6 crowns.', 1, ASKED],
    ['the older one is asked for', OVER, SAID, 1, 'For how many hours did the old rules let guests park?'],
  ])('not where %s', (_, older, said, apart, asked) => {
    expect(first(older, said, apart, asked)).toBe(OLD)
  })
})
