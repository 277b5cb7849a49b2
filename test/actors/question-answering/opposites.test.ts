import { describe, expect, it } from 'vitest'
import { byOpposite, isOpposite } from '../../../actors/question-answering/answering/opposites.ts'
import { firstBy } from './voted.ts'

const DUMPS =
  'Monthly dumps are kept on tape for seven years.\n\nNightly dumps are deleted after 21 days.\n\nMonthly and nightly dumps are encrypted.\n'

/** What answers, where the vote has one sentence first and the others so many log-odds behind. */
const first = (asked: string, winner: string, apart = 1) =>
  firstBy(byOpposite, 'dumps.md', DUMPS, asked, (own) => (own.startsWith(winner) ? 0 : -apart))

const opposite = isOpposite

describe('what says the opposite of what is asked [G466]', () => {
  it('gives way to what says it', async () => {
    expect(await first('How long are nightly dumps kept?', 'Monthly dumps')).toContain('21 days')
  })

  it.each([
    ['both are said', 'How are nightly dumps kept?', 'Monthly and', 1],
    ['both are asked for', 'How long are monthly and nightly dumps kept?', 'Monthly dumps', 1],
    ['it is far behind', 'How long are nightly dumps kept?', 'Monthly dumps', 5],
  ])('not where %s', async (_, asked, winner, apart) => {
    expect(await first(asked, winner, apart)).toContain(winner)
  })

  const TRAILERS =
    'A trailer without brakes may weigh 750 kg.\n\nA trailer with its own brakes may weigh 1,350 kg.\n\nBrakes are red.\n'
  const trailer = (asked: string, winner: string) =>
    firstBy(byOpposite, 'a.md', TRAILERS, asked, (own) =>
      own.startsWith(winner) ? 0 : own.includes('own') ? -1 : -2,
    )

  it('as also does what says that there is no such thing', async () => {
    expect(await trailer('How much may a braked trailer weigh?', 'A trailer without')).toContain('1,350')
    expect(await trailer('How much may a trailer weigh without brakes?', 'A trailer without')).toContain(
      '750',
    )
    expect(await trailer('How much may a red trailer weigh?', 'A trailer without')).toContain('750')
    const fees = 'There are no fees for children.\n\nFees for adults are 5 EUR.\n'
    const fee = (asked: string) =>
      firstBy(byOpposite, 'a.md', fees, asked, (own) => (own.startsWith('There') ? 0 : -1))
    expect(await fee('Are there fees for children?')).toContain('no fees')
    expect(await fee('What are the fees for children?')).toContain('no fees')
  })

  it('as does what says that there were none', async () => {
    const run = '212 passed, 0 failed\n\ntest_login PASSED\n\ntest_refund FAILED\n'
    const test = (asked: string) =>
      firstBy(byOpposite, 'run.log', run, asked, (own) =>
        own.startsWith('212') ? 0 : own.includes('FAILED') ? -1 : -2,
      )
    expect(await test('Which test failed?')).toContain('test_refund')
    expect(await test('Which test passed?')).toContain('212 passed')
    expect(await test('How many tests failed?')).toContain('0 failed')
    const water = 'Water freezes at 0 degrees.\n\nWater boils at 100 degrees.\n'
    const degrees = 'At how many degrees does water freeze?'
    expect(
      await firstBy(byOpposite, 'a.md', water, degrees, (own) => (own.includes('freezes') ? 0 : -1)),
    ).toContain('freezes')
    const boats = 'Boat,Crew\nBora,without skipper\nAda,with a skipper\n'
    const skipper = 'Which boat comes with a skipper?'
    expect(
      await firstBy(byOpposite, 'a.csv', boats, skipper, (own) => (own.includes('Bora') ? 0 : -1)),
    ).toContain('Ada')
  })

  it('but not where the question asks for what is left out, in whatever words', async () => {
    const operators = 'Operator,Meaning\n!a,without the term\na & b,both terms\n'
    const operator = (asked: string) =>
      firstBy(byOpposite, 'a.csv', operators, asked, (own) => (own.includes('!a') ? 0 : -1))
    expect(await operator('Which operator leaves out a term?')).toContain('!a')
    expect(await operator('Which operator excludes a term?')).toContain('!a')
    expect(await operator('Which operator has a term?')).toContain('a & b')
  })

  it('is doubtful', () => {
    expect(opposite('How do I uninstall it?', 'You can install it with apt.')).toBe(true)
    expect(opposite('Which port has outgoing mail?', 'incoming mail · port: 993')).toBe(true)
    expect(opposite('What is the annual fee?', 'The fee is paid yearly.')).toBe(false)
    expect(opposite('How do I install it?', 'Run setup.')).toBe(false)
    expect(opposite('What does the product cost?', 'It is free for developers.')).toBe(false)
    expect(opposite('What is the maximum duration?', 'Duration: up to 45 min')).toBe(false)
  })
})
