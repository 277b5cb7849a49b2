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

describe('a rule of dashes is no title for what stands above it [G312]', () => {
  test('below records, sentences and entries it parts them', async () => {
    const records = 'Name: Ann\nCity: Paris\n-----\nName: Bob\nCity: Rome\n-----\nName: Carl\nCity: Oslo\n'
    expect(await parts(records)).toEqual([
      'Name: Ann',
      'City: Paris',
      'Name: Bob',
      'City: Rome',
      'Name: Carl',
      'City: Oslo',
    ])
    const rules =
      'The pool opens in May.\nIt costs 5 EUR.\n-----------\nDogs stay out.\n==========\nSo do cats.\n'
    expect(await parts(rules)).toEqual([
      'The pool opens in May.',
      'It costs 5 EUR.',
      'Dogs stay out.',
      'So do cats.',
    ])
    expect(await parts('Called Acme about it\n---\nThe pump is here\n---\nIt runs\n')).toEqual([
      'Called Acme about it',
      'The pump is here',
      'It runs',
    ])
  })

  test.each([
    'Opening hours\n-------------\nFrom 9 to 5.\n',
    'Hours: summer\n=============\n\nFrom 9 to 5.\n',
    'It is shut.\n\nHours\n---\nFrom 9 to 5.\n',
  ])('a short title above it is one', async (text) => {
    expect(await parts(text)).toContain('From 9 to 5.')
    expect((await parts(text)).join()).not.toContain('ours')
  })

  test('below the names of columns it belongs to a table', async () => {
    expect(await parts('Room    Seats\n-------------\nAspen   14\nBirch   6\n')).toEqual([
      'Room: Aspen · Seats: 14',
      'Room: Birch · Seats: 6',
    ])
  })
})

describe('a title between marks is a heading [G313]', () => {
  test.each([
    '*** Prices ***',
    '=== Prices ===',
    '---------- Prices ----------',
    '>>> Prices <<<',
    '[Prices]',
    'Prices\n~~~~~~',
    '********\n* Prices *\n********',
    '--------\n Prices\n--------',
    '### Prices ###',
  ])('%s', async (head) => {
    expect(await parts(`It rains.\n\n${head}\nAdults: 5 EUR\nDogs: 1 EUR\n`)).toEqual([
      'It rains.',
      'Prices › Adults: 5 EUR',
      'Prices › Dogs: 1 EUR',
    ])
  })

  test.each([
    '[1] See the map.',
    '** a star',
    '*** It is shut. ***',
    '-v --verbose',
    '[x] Paint the hall',
    '--- a/pump.c ---- b',
    '--NextPart--',
  ])('%s is none', async (line) => {
    expect((await parts(`It rains.\n\n${line}\nThe pool is open.\n`)).join()).toContain(
      line.replace(/^\W+| \*+$/gu, ''),
    )
  })
})
