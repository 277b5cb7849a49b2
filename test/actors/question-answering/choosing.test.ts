import { describe, expect, it } from 'vitest'
import { readMarkdown } from '../../../actors/knowledge/documents/formats/markdown.ts'
import { FUSION } from '../../../actors/knowledge/retrieval/fusion.ts'
import { LexicalIndex } from '../../../actors/knowledge/retrieval/lexical-index.ts'
import { passages } from '../../../actors/knowledge/text/passages.ts'
import { CALIBRATED } from '../../../actors/question-answering/calibration/e5-small-v2-with-reader.ts'
import { type Found, pages } from '../../../actors/question-answering/reading/candidate.ts'
import { chosen, lookedAt, promiseOf } from '../../../actors/question-answering/reading/choosing.ts'
import { analyse } from '../../../actors/question-answering/reading/question.ts'

/** Passages about one subject, as a guide to mattresses has them; one says what is asked. */
function guide(place: number, said: string) {
  return Array.from({ length: FUSION.pool }, (_, i) =>
    passages(
      readMarkdown(
        `guide-${String(i)}.md`,
        i === place
          ? `Sleepers differ. ${said} Ask before you buy.`
          : `Mattress type ${String(i)} limits motion transfer. Its feel tends to suit couples. Heat is a cause of complaints.`,
      ),
    ),
  ).flat()
}

function choose(text: string, all: ReturnType<typeof guide>) {
  const lexical = new LexicalIndex(all)
  const question = analyse(text, lexical)
  const found: Found[] = all.map((passage, number) => ({ number, passage, dense: 0.8, lexical: 1 }))
  const promise = promiseOf(question, found, CALIBRATED, pages(found))
  return { question, found, promise, places: chosen(question, promise.subarray(0, lookedAt(question))) }
}

describe('the passages that are read [G254]', () => {
  const SAID = 'Bouncy models tend to cause greater motion transfer.'

  it('hold one far down the merge that says what is asked, behind the best ones', () => {
    const { places } = choose('What tends to cause greater motion transfer?', guide(20, SAID))
    expect(places.slice(0, 7)).toEqual([0, 1, 2, 3, 4, 20, 5])
    expect(places).toHaveLength(FUSION.kept)
  })

  it('stay in the order of the merge where none of them says more', () => {
    const same = Array.from({ length: FUSION.pool }, () => passages(readMarkdown('same.md', SAID))).flat()
    const { places } = choose('What tends to cause greater motion transfer?', same)
    expect(places).toEqual(Array.from({ length: FUSION.kept }, (_, i) => i))
  })

  it('are as promising alone as among others, so that they can be looked through in turns', () => {
    const { question, found, promise } = choose('What tends to cause motion transfer?', guide(3, SAID))
    const alone = found.map((one) => promiseOf(question, [one], CALIBRATED, pages([one]))[0])
    expect(alone).toEqual(Array.from(promise))
  })

  it('are those of the merge in scripts without spaces, and few where few were found', () => {
    const { question, promise } = choose('哪一种床垫最好?', guide(20, '弹簧床垫最好。'))
    expect(chosen(question, promise)).toEqual(Array.from({ length: FUSION.kept }, (_, i) => i))
    expect(choose('What tends to cause motion transfer?', guide(1, SAID).slice(0, 3)).places).toEqual([
      0, 1, 2,
    ])
  })
})
