import { describe, expect, it } from 'vitest'
import { readMarkdown } from '../../../actors/knowledge/documents/formats/markdown.ts'
import { passages } from '../../../actors/knowledge/text/passages.ts'
import { byWhatIsAsked } from '../../../actors/question-answering/answering/asked-for.ts'
import { ofTheSideAsked } from '../../../actors/question-answering/answering/side.ts'
import type { Ballot } from '../../../actors/question-answering/answering/vote.ts'
import { analyse } from '../../../actors/question-answering/reading/question.ts'

const TERMS = { weight: () => 1, frequency: () => 1 }

/** The first statement of a paragraph, where the vote has its statements in the order of the text, half a log-odd apart. */
function first(asked: string, text: string, apart = 0.5): string {
  const [passage] = passages(readMarkdown('notes.md', `${text}\n`))
  if (passage === undefined) return ''
  const marks = { similarity: 0, overlap: 0, answerType: 0, standing: 0, extraction: 0 }
  const ballots = passage.statements.map(
    (_, statement): Ballot => ({
      found: 0,
      statement,
      score: -apart * statement,
      share: 0,
      // The trained reader takes the second for the answer.
      marks: { ...marks, extraction: statement === 1 ? 1 : 0 },
    }),
  )
  const winner = byWhatIsAsked(analyse(asked, TERMS), [{ passage }], ballots).ballots[0]
  const { start = 0, end = 0 } = passage.statements[winner?.statement ?? 0] ?? {}
  return passage.text.slice(start, end)
}

const DEBATE = 'The club talked about a new boat. It was agreed to repair the jetty instead.'
const RENT =
  'The rent was 300 crowns at first. It now stands at 410 crowns. In ten years it will be 600 crowns.'
const FORM = 'Next comes the form. It is due by 3 March. Forms of 2 May were late.'
const PILL = 'Put the powder into tea. Do not stir it into juice.'

describe('a question that asks for what is so in the end, now, or not, or for a date [G270]', () => {
  it.each([
    ['What did the club finally decide to pay for?', DEBATE, 'It was agreed to repair the jetty instead.'],
    ['What repair was agreed at the meeting?', DEBATE, 'It was agreed to repair the jetty instead.'],
    ['What did they settle on?', DEBATE, 'It was agreed to repair the jetty instead.'],
    ['What did the club talk about?', DEBATE, 'The club talked about a new boat.'],
    ['How high is the rent at the moment?', RENT, 'It now stands at 410 crowns.'],
    ['How high was the rent?', RENT, 'The rent was 300 crowns at first.'],
    ['What should I not put the powder into?', PILL, 'Do not stir it into juice.'],
    ["What shouldn't the powder be put into?", PILL, 'Do not stir it into juice.'],
    ['By when must the form be handed in?', FORM, 'It is due by 3 March.'],
    ['Who needs the form?', FORM, 'Next comes the form.'],
    ['What can I put the powder into?', PILL, 'Put the powder into tea.'],
  ])('%s', (asked, text, expected) => {
    expect(first(asked, text)).toBe(expected)
  })

  it('has no answer that is far behind the winner', () => {
    expect(first('How high is the rent at the moment?', RENT, 3)).toBe('The rent was 300 crowns at first.')
  })
})

const OPTIONS = 'The crane starts 3 arms for a big load. By default it starts 2 arms.'
const LEASE = 'The tenant owes 40 crowns a day. The default fee is 9 crowns.'
const ENDED =
  'The support for Perl 5.8 will be removed in a later release. The support for Perl 5.8 is no longer available.'
const WRITES = 'The stamp has changed. The export no longer writes stamps.'
const AFTER = 'Rinse the lid. The old filter is removed with a key.'
const TRIAL = 'The target is a yield of 95 %. The yield was 91 %.'
const NOTICE = 'The deposit is kept then. Otherwise it is returned within 30 days.'
const EXAM = 'Without it no mark is given. By default marks are sent by mail.'
const GIFT = 'Tim got the bike that he wanted. He turned 9 on 4 May.'
const SCALE = 'Vinegar dissolves scale. Rust is removed with lemon.'
const UNIT = 'The length is given in reeds. A reed has 3 ells.'

const MOVED = 'Run the crane with both arms. Please move to the hoist in the yard.'

describe('a question that asks for a default, for what was removed or for what was reached [G431]', () => {
  it.each([
    ['How many arms does the crane start if I say nothing?', OPTIONS, 'By default it starts 2 arms.'],
    ["How many arms start if I don't set it?", OPTIONS, 'By default it starts 2 arms.'],
    ['How many arms start if the field is left empty?', OPTIONS, 'By default it starts 2 arms.'],
    [
      'How many arms does the crane start for a big load?',
      OPTIONS,
      'The crane starts 3 arms for a big load.',
    ],
    ['How do I leave out an arm?', OPTIONS, 'The crane starts 3 arms for a big load.'],
    ['What does the tenant owe if she defaults on the rent?', LEASE, 'The tenant owes 40 crowns a day.'],
    ['What does the tenant owe if I give her notice?', LEASE, 'The tenant owes 40 crowns a day.'],
    ['Which release removed Perl 5.8?', ENDED, 'The support for Perl 5.8 is no longer available.'],
    ['When will Perl 5.8 be removed?', ENDED, 'The support for Perl 5.8 will be removed in a later release.'],
    ['Which release dropped the stamp?', WRITES, 'The stamp has changed.'],
    ['What must I do after the filter is removed?', AFTER, 'Rinse the lid.'],
    ['What yield did the plot reach?', TRIAL, 'The yield was 91 %.'],
    ['What yield was reached?', TRIAL, 'The yield was 91 %.'],
    ['What yield did they want to reach?', TRIAL, 'The target is a yield of 95 %.'],
    ["What happens if I don't give notice?", NOTICE, 'The deposit is kept then.'],
    ['What happens if I do not pass the exam?', EXAM, 'Without it no mark is given.'],
    ['What did Tim get for his birthday?', GIFT, 'Tim got the bike that he wanted.'],
    ['What do I use to remove scale?', SCALE, 'Vinegar dissolves scale.'],
    ['The crane is gone, what do I use instead?', MOVED, 'Please move to the hoist in the yard.'],
    ['What do I use to lift the crane?', MOVED, 'Run the crane with both arms.'],
    ['In which unit is the length measured?', UNIT, 'The length is given in reeds.'],
  ])('%s', (asked, text, expected) => {
    expect(first(asked, text)).toBe(expected)
  })
})

/** The best span for a question, where a reader gives these of a sentence, most likely first. */
function side(asked: string, text: string, spans: readonly string[]): string {
  const given = spans.map((span, i) => {
    const start = text.indexOf(span)
    return { start, end: start + span.length, score: 0.5 / 2 ** i }
  })
  const [best] = ofTheSideAsked(analyse(asked, TERMS), text, given)
  return text.slice(best?.start, best?.end)
}

describe('of amounts side by side the one counts that the question names [G271]', () => {
  const PLOTS = 'Beans in the open field gave 12 to 14 kg, those under glass 20 to 23 kg.'
  const BOTH = ['12 to 14 kg', '20 to 23 kg']
  it.each([
    ['How much did the beans under glass give?', PLOTS, BOTH, '20 to 23 kg'],
    ['How much did the beans in the open field give?', PLOTS, BOTH, '12 to 14 kg'],
    ['How much did the beans in the open field give?', PLOTS, BOTH.toReversed(), '12 to 14 kg'],
    ['How much did the beans give?', PLOTS, BOTH, '12 to 14 kg'],
    [
      'When was the chapel built?',
      'The tower dates from 1402, the chapel from 1511.',
      ['1402', '1511'],
      '1511',
    ],
    [
      'When was the tower built?',
      'The tower dates from 1402, the chapel from 1511.',
      ['1402', '1511'],
      '1402',
    ],
  ])('%s', (asked, text, spans, expected) => {
    expect(side(asked, text, spans)).toBe(expected)
  })
})
