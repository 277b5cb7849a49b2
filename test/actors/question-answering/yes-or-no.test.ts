import { describe, expect, it } from 'vitest'
import { byYesOrNo } from '../../../actors/question-answering/answering/yes-or-no.ts'
import { firstBy } from './voted.ts'

const CAMP = `## May I bring a dog?

Yes, two per booking. They must stay on a lead. Cats are at home here.

## When do gates open?

Only at noon. The gate is green.
`

/** What answers, where the vote has one sentence first and the others so many log-odds behind. */
const first = (asked: string, winner: string, apart = 1) =>
  firstBy(byYesOrNo, 'camp.md', CAMP, asked, (own) => (own.includes(winner) ? 0 : -apart))

describe('whether something is so, the sentence that begins with yes or no answers [G498]', () => {
  it('before the one after it', async () => {
    expect(await first('Can I bring my dog to the camp?', 'lead')).toContain('two per booking')
  })

  it.each([
    ['something else is asked', 'Where must dogs stay?', 'lead', 1],
    ['another sentence stands between', 'Can I bring my cat to the camp?', 'Cats', 1],
    ['it is far behind', 'Can I bring my dog to the camp?', 'lead', 4],
  ])('not where %s', async (_, asked, winner, apart) => {
    expect(await first(asked, winner, apart)).toContain(winner)
  })
})
