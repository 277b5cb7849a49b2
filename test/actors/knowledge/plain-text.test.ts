import { describe, expect, test } from 'vitest'
import { statementsOf } from './statements-of.ts'

/** The statements of a plain text without those that hold several others. */
async function parts(text: string): Promise<string[]> {
  return (await statementsOf('a.txt', text)).filter((one) => !one.includes('\n'))
}

describe('a label directly below a list begins the next one [G311]', () => {
  test.each([
    [
      'with a name',
      'Monday\n- Staff\n- Dentist\nTuesday\n- Call\n',
      ['Monday › Staff', 'Monday › Dentist', 'Tuesday › Call'],
    ],
    [
      'with a colon',
      'Dates:\n- 1 May\n- 1 June\nRisks:\n- Money\n',
      ['Dates: › 1 May', 'Dates: › 1 June', 'Risks: › Money'],
    ],
    [
      'with numbers',
      'Morning\n1. Staff\n2. Dentist\nEvening\n1. Call\n2. Gym\n',
      ['Morning › Staff', 'Morning › Dentist', 'Evening › Call', 'Evening › Gym'],
    ],
    [
      'above sentences',
      'For four\n- flour\n- 3 eggs\nMethod\nMix all.\nTips\nUse brown flour.\n',
      ['For four › flour', 'For four › 3 eggs', 'Mix all.', 'Use brown flour.'],
    ],
  ])('%s', async (_, text, told) => {
    expect(await parts(text)).toEqual(told)
  })

  test('what is said below the last item is no part of it', async () => {
    expect(await parts('- milk\n- bread\nThe shop is shut on Mondays.\n')).toEqual([
      'milk',
      'bread',
      'The shop is shut on Mondays.',
    ])
  })

  test('but items that go on without indentation are whole', async () => {
    const wrapped =
      '- The mill on the river is closed on the first\nMonday of each month, and on the last day of\nJune.\n- It is open in May.\n'
    expect((await statementsOf('a.txt', wrapped)).slice(1)).toEqual([
      'The mill on the river is closed on the first\nMonday of each month, and on the last day of\nJune.',
      'It is open in May.',
    ])
    const noted = '- Boil water\nUse a big pot\n- Add salt\n'
    expect((await statementsOf('a.txt', noted)).slice(1)).toEqual(['Boil water\nUse a big pot', 'Add salt'])
  })
})
