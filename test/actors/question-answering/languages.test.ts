import { describe, expect, it } from 'vitest'
import { byLanguage } from '../../../actors/question-answering/answering/languages.ts'
import { firstBy } from './voted.ts'

const TEXTS = `login.locked=Your account is locked. Ask the help desk.
session.expired=You were away too long, so we signed you out.

login.locked=Votre compte est verrouillé pour une heure.
session.expired=Vous êtes resté absent trop longtemps, le poste est fermé.
hosts=alpha beta gamma delta epsilon
`

/** What answers, where the vote has one text first and the others a bit behind. */
const first = (asked: string, winner: string) =>
  firstBy(byLanguage, 'app.properties', TEXTS, asked, (own, kind) =>
    kind !== 'field' ? -9 : own.includes(winner) ? 0 : -1,
  )

describe('of a text in several languages the one in that of the question answers [G463]', () => {
  it('asked in English, the English one', async () => {
    expect(await first('What do users see when their session ends?', 'Vous')).toContain('You were away')
  })

  it.each([
    ['the question is in another language', 'Que voit le client quand sa session finit ?', 'Vous'],
    ['the winner is in English', 'What do users see when their session ends?', 'You were away'],
    ['the winner has no language', 'What are the names of the hosts?', 'alpha'],
  ])('not where %s', async (_, asked, winner) => {
    expect(await first(asked, winner)).toContain(winner)
  })
})
