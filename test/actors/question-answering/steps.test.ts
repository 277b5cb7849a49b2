import { describe, expect, it } from 'vitest'
import { readMarkdown } from '../../../actors/knowledge/documents/formats/markdown.ts'
import { passages } from '../../../actors/knowledge/text/passages.ts'
import { byStep } from '../../../actors/question-answering/answering/steps.ts'
import type { Ballot } from '../../../actors/question-answering/answering/vote.ts'

const PUMP =
  '1. Switch the pump off.\n2. Open the lid.\n3. Rinse the filter. It takes a minute.\n4. Dry it in the shade.\n5. Close the lid.\n'

/** What answers, where the vote has the statements in the order of the file. */
function first(text: string, file = PUMP): string | undefined {
  const [passage] = passages(readMarkdown('pump.md', file))
  if (passage === undefined) return undefined
  const marks = { similarity: 0, overlap: 0, answerType: 0, standing: 0, extraction: 0 }
  const ballots = passage.statements.map(
    (_, statement): Ballot => ({ found: 0, statement, score: -statement, share: 0, marks }),
  )
  const [winner] = byStep({ text }, [{ passage }], { ballots, disputed: false }).ballots
  const { start = 0, end = 0 } = passage.statements[winner?.statement ?? -1] ?? {}
  return passage.text.slice(start, end)
}

describe('asked what comes after or before a step, the step next to it answers [G377]', () => {
  it.each([
    ['What do I do after rinsing the filter?', 'Dry it in the shade.'],
    ['What must be done before I open the lid?', 'Switch the pump off.'],
    ['Which step follows once the pump is off?', 'Open the lid.'],
    ['When I clean the pump, what comes right after rinsing?', 'Dry it in the shade.'],
  ])('%s', (asked, step) => {
    expect(first(asked)).toBe(step)
  })

  it.each([
    ['it asks how often', 'What needs to be done once a minute with the filter?', PUMP],
    ['it offers a choice', 'Which of the following steps is about the filter?', PUMP],
    ['two steps name it as well', 'What comes after the lid?', PUMP],
    ['no step names it', 'What comes after the gasket?', PUMP],
    ['nothing asks for a step', 'How long does it take after rinsing the filter?', PUMP],
    ['the list has no order', 'What comes after rinsing the filter?', PUMP.replace(/\d\./gu, '-')],
    [
      'nothing comes after it',
      'What comes after you close the lid?',
      PUMP.replace('Open the lid', 'Open it'),
    ],
  ])('not where %s', (_, asked, file) => {
    expect(first(asked, file)).toBe(file.trim().replace(/\n(?=\d)/gu, '\n'))
  })
})

describe('asked for a step by its number, that step answers [G464]', () => {
  it.each([
    ['What is step 4 of cleaning the pump?', 'Dry it in the shade.'],
    ['What does the second step say?', 'Open the lid.'],
    ['What comes after step 4?', 'Close the lid.'],
    ['What do I do before step no. 2?', 'Switch the pump off.'],
  ])('%s', (asked, step) => {
    expect(first(asked)).toBe(step)
  })

  it.each([
    ['the list has no such step', 'What is step 9?', PUMP],
    ['the list has no order', 'What is step 4?', PUMP.replace(/\d\./gu, '-')],
    ['it is the number of something else', 'What is there in room 4?', PUMP],
  ])('not where %s', (_, asked, file) => {
    expect(first(asked, file)).toBe(file.trim())
  })
})
