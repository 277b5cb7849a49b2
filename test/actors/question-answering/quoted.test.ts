import { describe, expect, it } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { byText } from '../../../actors/question-answering/answering/headers.ts'
import { byReply } from '../../../actors/question-answering/answering/quoted.ts'
import type { Ballot } from '../../../actors/question-answering/answering/vote.ts'
import { analyse } from '../../../actors/question-answering/reading/question.ts'

const MAIL = `From: Mo <mo@example.com>
Subject: Re: Kick-off
Content-Type: text/plain

Hi all,

the train is late, so we moved the kick-off to 14:30. Lunch is before it.

On Mon, 13 May 2024, Ada Lin wrote:
> the kick-off is on Thursday at 10:00 in the Birch room.
> Bring your estimates.
`

/** The passages of a mail, and its statements by their scores. */
async function voted(mail: string, scoreOf: (text: string) => number, file = 'kick-off.eml') {
  const parsed = await parse({ file, bytes: new TextEncoder().encode(mail) })
  if ('reason' in parsed) throw new Error(parsed.reason)
  const found = parsed.passages.map((passage) => ({ passage }))
  const marks = { similarity: 0, overlap: 0, answerType: 0, standing: 0, extraction: 0 }
  const ballots = found
    .flatMap(({ passage }, i) =>
      passage.statements.map(({ start, end }, statement): Ballot => {
        const score = scoreOf(passage.text.slice(start, end))
        return { found: i, statement, score, share: 0, marks }
      }),
    )
    .sort((a, b) => b.score - a.score)
  return { found, ballots }
}

/** What answers, where the vote has the quoted sentence first and all others so many log-odds behind. */
async function first(
  asked: string,
  apart: number,
  mail = MAIL,
): Promise<{ text: string; disputed: boolean }> {
  const { found, ballots } = await voted(mail, (text) => (text.includes('10:00') ? 0 : -apart))
  const question = analyse(asked, { weight: () => 1, frequency: () => 1 })
  const ranked = byReply(question, found, { ballots, disputed: false })
  const winner = ranked.ballots[0]
  const statement = winner && found[winner.found]?.passage.statements[winner.statement]
  const { start = 0, end = 0 } = statement ?? {}
  return {
    text: found[winner?.found ?? 0]?.passage.text.slice(start, end) ?? '',
    disputed: ranked.disputed,
  }
}

describe('the date of a mail answers nothing but when it was sent [G304]', () => {
  const DATED = MAIL.replace('Subject:', 'Date: Tue, 14 May 2024 08:00:00 +0200\nSubject:')

  it.each([
    ['When is the kick-off?', '14:30'],
    ['When was the mail sent?', '14 May'],
  ])('%s', async (asked, told) => {
    const { found, ballots } = await voted(DATED, (text) => (text.startsWith('Date:') ? 3 : 0))
    const ranked = byText(analyse(asked, { weight: () => 1, frequency: () => 1 }), found, {
      ballots,
      disputed: false,
    })
    const winner = ranked.ballots[0] as Ballot
    const { start = 0, end = 0 } = found[winner.found]?.passage.statements[winner.statement] ?? {}
    expect(found[winner.found]?.passage.text.slice(start, end)).toContain(told)
  })
})

it('a mail says when things are, however far its sentence is behind its date, but not at any distance [G304]', async () => {
  const dated = MAIL.replace('Subject:', 'Date: Tue, 14 May 2024 08:00:00 +0200\nSubject:')
  const told = async (apart: number) => {
    const { found, ballots } = await voted(dated, (text) => (text.startsWith('Date:') ? apart : 0))
    const question = analyse('When is the kick-off?', { weight: () => 1, frequency: () => 1 })
    const winner = byText(question, found, { ballots, disputed: false }).ballots[0] as Ballot
    const { start = 0, end = 0 } = found[winner.found]?.passage.statements[winner.statement] ?? {}
    return found[winner.found]?.passage.text.slice(start, end)
  }
  expect(await told(7)).toContain('14:30')
  expect(await told(9)).toContain('14 May')
})

describe('the subject of a mail answers what it is about, its sentences the rest [G434]', () => {
  const ORDER = `From: Fern <shop@example.com>
Subject: Your order FN-4410
Content-Type: text/plain

Hi Ms Ek,

thank you for your order. Your locker code is OPAL-7. The locker is at the mill.
`
  const told = async (asked: string, apart = 2, mail = ORDER) => {
    const { found, ballots } = await voted(mail, (text) => {
      if (text.includes('\n')) return -9
      return text.startsWith('Subject:') ? 0 : -apart
    })
    const question = analyse(asked, { weight: () => 1, frequency: () => 1 })
    const winner = byText(question, found, { ballots, disputed: false }).ballots[0] as Ballot
    const { start = 0, end = 0 } = found[winner.found]?.passage.statements[winner.statement] ?? {}
    return found[winner.found]?.passage.text.slice(start, end)
  }

  it.each([
    ['What code do I need for my order?', 'OPAL-7'],
    ['Where is the locker of my order?', 'locker'],
    ['What is the message with the code about?', 'Subject'],
    ['What is the subject of the mail with the code?', 'Subject'],
    // No sentence has more of the question.
    ['Which order is it?', 'Subject'],
    // A sentence without a date is no answer.
    ['On what date does the locker open for my order?', 'Subject'],
  ])('%s', async (asked, text) => {
    expect(await told(asked)).toContain(text)
  })

  it('not a sentence far behind it', async () => {
    expect(await told('What code do I need for my order?', 4)).toContain('Subject')
  })

  it('but a sentence with a number, where the subject only repeats the question', async () => {
    const mail = ORDER.replace('order FN-4410', 'locker').replace(
      'code is OPAL-7. The locker is',
      'is no. 12',
    )
    expect(await told('Which locker did I get?', 4, mail)).toContain('no. 12')
    expect(await told('Which locker did I get?', 5, mail)).toContain('Subject')
  })
})

describe('the date of a record answers nothing but when it was written [G390]', () => {
  const item = (title: string, day: number, text: string) =>
    `<item><title>${title}</title><pubDate>Mon, ${day} Sep 2024 08:00:00 GMT</pubDate><description>${text}</description></item>`
  const FEED = `<rss><channel><title>Parish news</title>${item('Library van', 20, 'The van is back from 2 October, on the road to the coast, after two years.')}${item('Footbridge shut', 23, 'The planks are rotten. Walkers can cross the river on it again from mid-November. Use the ford.')}</channel></rss>`

  it.each([
    ['When can walkers use the footbridge?', 'mid-November'],
    ['When was the footbridge news published?', '23 Sep'],
    ['When was the feed last updated?', '23 Sep'],
  ])('%s', async (asked, told) => {
    const scoreOf = (text: string) => (/^[^\n]*Footbridge shut · pubDate[^\n]*$/u.test(text) ? 3 : 0)
    const { found, ballots } = await voted(FEED, scoreOf, 'feed.rss')
    const question = analyse(asked, { weight: () => 1, frequency: () => 1 })
    const winner = byText(question, found, { ballots, disputed: false }).ballots[0] as Ballot
    const { start = 0, end = 0 } = found[winner.found]?.passage.statements[winner.statement] ?? {}
    expect(found[winner.found]?.passage.text.slice(start, end)).toContain(told)
  })
})

describe('a reply goes before what its mail quotes [G296]', () => {
  it('where it is near', async () => {
    expect((await first('When is the kick-off?', 0.5)).text).toContain('14:30')
    expect(await first('When is the kick-off?', 2)).toMatchObject({ disputed: true })
  })

  it.each([
    ['that is far behind', 'When is the kick-off?', 6.5],
    ['where the question asks for what was said before', 'When was the kick-off at first?', 0.5],
    ['that has no word of the question', 'What are the estimates for?', 0.5],
  ])('but not one %s', async (_, asked, apart) => {
    expect((await first(asked, apart)).text).toContain('10:00')
  })

  it('further behind, where it tells of a change', async () => {
    expect((await first('When is the kick-off?', 5.5)).text).toContain('14:30')
    const plain = MAIL.replace('we moved the kick-off to', 'the kick-off is at')
    expect((await first('When is the kick-off?', 5.5, plain)).text).toContain('10:00')
  })

  it('without a number where none is asked for', async () => {
    const moved = MAIL.replace('to 14:30', 'to the Elm room')
    expect((await first('Which room is the kick-off in?', 3.5, moved)).text).toContain('Elm room')
    expect((await first('When is the kick-off?', 0.5, moved)).text).toContain('10:00')
  })

  it('also where the mail that it quotes has a head [G319]', async () => {
    const mail = MAIL.replace(/On Mon.*wrote:/u, 'From: Ada Lin\nSent: Monday, 13 May\n').replace(
      /^> /gmu,
      '',
    )
    expect((await first('When is the kick-off?', 0.5, mail)).text).toContain('14:30')
  })

  it('also without a word of the question, where it tells of a change to another day [G428]', async () => {
    const moved = MAIL.replace('we moved the kick-off to 14:30', 'that it is rescheduled to Friday')
    expect((await first('When is the kick-off?', 5.5, moved)).text).toContain('Friday')
    expect((await first('When is the kick-off now?', 12, moved)).text).toContain('Friday')
    expect((await first('When is the kick-off?', 12, moved)).text).toContain('10:00')
    const plain = moved.replace('that it is rescheduled to', 'all go home on')
    expect((await first('When is the kick-off?', 5.5, plain)).text).toContain('10:00')
    const list = MAIL.replace('so we moved the kick-off to 14:30', 'here is an updated list of 12')
    expect((await first('How many estimates are there?', 0.5, list)).text).toContain('10:00')
  })

  it('but no sentence of the signature below it [G428]', async () => {
    const signed = MAIL.replace(
      /the train.*/u,
      'see below.\n\n-- \nMo Ek\nThe kick-off desk is open from 8:30.',
    )
    expect((await first('When is the kick-off?', 0.5, signed)).text).toContain('10:00')
  })

  it('but not a sentence of a mail that quotes nothing', async () => {
    const mail = MAIL.replace('On Mon, 13 May 2024, Ada Lin wrote:\n', '').replace(/^> /gmu, '')
    expect((await first('When is the kick-off?', 0.5, mail)).text).toContain('10:00')
  })
})
