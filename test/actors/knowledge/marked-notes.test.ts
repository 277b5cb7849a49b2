import { describe, expect, test } from 'vitest'
import { partsOf, statementsOf } from './statements-of.ts'

const text = (...lines: readonly string[]) => partsOf('a.txt', `${lines.join('\n')}\n`)

describe('a note below a plain text is told with what has its mark [G508]', () => {
  test('in a menu with sections, and what comes after it stands for itself', async () => {
    const said = await text(
      '          LA LANTERNA  -  evening menu',
      '',
      'MAINS',
      '  Fish stew **                          18.40',
      '  Ravioli with sage butter*             14.60',
      '',
      'SWEETS',
      '  Chocolate tart ++                      7.10',
      '  Lemon sorbet                           5.20',
      '',
      '  *   contains gluten and egg',
      '  **  contains shellfish and celery',
      '  ++  contains hazelnuts',
      '',
      '  Cover charge 2.00 a head.',
    )
    expect(said).toContain('MAINS – Ravioli with sage butter › contains gluten and egg')
    expect(said).toContain('MAINS – Fish stew › contains shellfish and celery')
    expect(said).toContain('SWEETS – Chocolate tart › contains hazelnuts')
    expect(said).toContain('SWEETS › Lemon sorbet: 5.20')
    expect(said).toContain('Cover charge 2.00 a head.')
  })

  test.each([
    ['†', '†'],
    ['(1)', '(1)'],
    ['1)', '1)'],
    ['a)', 'a)'],
    ['°', '°'],
    ['#', '#'],
    ['+', '+'],
    ['²', '²'],
    ['*', '* ='],
  ])('with the mark %s', async (mark, begin) => {
    const said = await text(
      `Student ${mark}     6.00`,
      'Adult      9.00',
      '',
      `${begin} with a card`,
      '',
      'Open daily.',
    )
    expect(said.slice(-2)).toEqual(['Student › with a card', 'Open daily.'])
  })

  test('in a row of figures, in a sentence, beside others, and over several lines', async () => {
    expect(await text('8   Malt Shovel   3*', '9   Red Lion      2', '', '* one point deducted')).toContain(
      '8 Malt Shovel 3 › one point deducted',
    )
    expect(await text('It has two rooms*. It is cold.', '', '* Ask at the office.')).toContain(
      'It has two rooms › Ask at the office.',
    )
    expect(
      (await text('Stew **   18.40', 'Ravioli *   14.60', '', '* egg   ** fish   *** nuts')).slice(-3),
    ).toEqual(['Ravioli › egg', 'Stew › fish', '*** nuts'])
    expect(await text('Child *   2.50', '', '* under twelve years,', '  with an adult')).toContain(
      'Child › under twelve years, with an adult',
    )
  })

  test.each([
    ['a list', ['Shopping*   7.00', '', '* milk', '* bread'], 'bread'],
    ['no mark above', ['We write C++ and 5 * 3.', '', '* milk'], 'milk'],
    ['"C++"', ['Written in C++', '', '++ is an operator'], '++ is an operator'],
    ['bold words', ['Read **this** first', '', '** note'], '** note'],
    ['a pattern', ['Keys are remote.*, color.*.', '', '* Bugfixes'], 'Bugfixes'],
    ['a paragraph of a law', ['As in section 3 (a)', '', '(a) The tenant pays.'], '(a) The tenant pays.'],
    ['a rule', ['Hotel Post ***', '', '*** Prices ***', '', 'Ten euros a night.'], 'Ten euros a night.'],
  ])('but not below %s', async (_, lines, last) => {
    const said = await text(...lines)
    expect(said.at(-1)?.split(' › ').at(-1)).toBe(last)
    expect(
      said.some((one) =>
        /^(?:Shopping|Written|Read|Keys|As in|Hotel)[^›]* › (?!milk|bread|Bugfixes)/u.test(one),
      ),
    ).toBe(false)
  })

  test.each([
    [
      'answers',
      ['Question 1    b)', 'Question 2    a)', '', 'What is the capital of Peru?', 'a) Lima', 'b) Quito'],
      'What is the capital of Peru? › b) Quito',
    ],
    [
      'losses',
      ['Tax     (1)  (4)', 'Result  (3)  (2)', '', 'Risks', '', '(1) The lease ends.', '(2) A loan is due.'],
      '(2) A loan is due.',
    ],
    [
      'prices',
      ['Key   20 EUR  1)', 'Bed   50 EUR  2)', 'On arrival', '1) Take the key.', '2) Turn on the water.'],
      'Turn on the water.',
    ],
    [
      'points',
      [
        'Question       Points',
        'Name it        2)',
        'Give the year  1)',
        '',
        '1) Use a pen.',
        '2) No phones.',
      ],
      'No phones.',
    ],
    ['a word', ['Export  yes*', 'Import  no', '', 'Setup steps', '', '* Click'], 'Setup steps › Click'],
  ])('but a list with a lead is none of %s above', async (_, lines, last) => {
    const said = await text(...lines)
    expect(said.at(-1)).toBe(last)
    expect(said.filter((one) => one.includes(last))).toHaveLength(1)
  })

  test('below a word like "Notes", and below sections', async () => {
    expect(
      (await text('Key  20 EUR 1)', 'Bed  50 EUR 2)', '', 'Notes', '1) Paid back.', '2) Each.')).slice(-2),
    ).toEqual(['Key 20 EUR › Paid back.', 'Bed 50 EUR › Each.'])
    expect(
      await text('DRINKS', 'Cola (1)   2.50', '', 'CAKES', 'Plum cake   3.00', '', '(1) with caffeine'),
    ).toContain('Cola › with caffeine')
    expect(await text('SWEETS', 'Tart*   4.00', 'Sorbet  3.00', '', 'Allergens:', '* egg')).toContain(
      'SWEETS – Tart › egg',
    )
  })

  test.each([
    ['a figure', ['* Breakfast is served in the garden room from 7 to', '10 and costs 12 EUR.']],
    ['a capital', ['* The voucher is valid until the 31st of', 'December 2026.']],
    [
      'a noun at full width',
      ['* A ticket is for one day and one person only and', 'Germans pay less than the others.'],
    ],
  ])('and goes on with %s', async (_, lines) => {
    const said = await text('Room     90 EUR*', '', ...lines, '', 'Open daily.')
    expect(said.slice(-2)).toEqual([`Room 90 EUR › ${lines.join(' ').slice(2)}`, 'Open daily.'])
  })

  test('and ends where another text begins', async () => {
    const above = ['Adult   12 EUR*', 'Child    6 EUR', '']
    expect(
      (
        await text(
          ...above,
          '* Prices include tax.',
          '            Spring programme',
          '            12 May  Concert',
        )
      ).slice(-3),
    ).toEqual(['Adult 12 EUR › Prices include tax.', 'Spring programme', '12 May  Concert'])
    expect(
      (await text(...above, '* Only with a valid student card', 'Open daily from 9 to 6.')).slice(-2),
    ).toEqual(['Adult 12 EUR › Only with a valid student card', 'Open daily from 9 to 6.'])
    expect((await text(...above, '* Valid only for', '  - adults', '  - seniors')).slice(-2)).toEqual([
      'Valid only for › adults',
      'Valid only for › seniors',
    ])
    const long = await text(
      ...above,
      '* The house is open',
      ...Array(20).fill('  to all who come'),
      '  here.',
    )
    expect(long.at(-1)).toMatch(/^The house is open.*here\.$/su)
  })

  test('and soon, however many marks there are', async () => {
    const began = performance.now()
    await statementsOf('a.txt', 'a * † (1)  '.repeat(5_000))
    await statementsOf('b.txt', `x *\n${'* a *\n'.repeat(1_000)}`)
    await statementsOf('d.txt', `${`${','.repeat(1_500)}${' abc*'.repeat(99)}\n`.repeat(10)}* note here`)
    await statementsOf('c.txt', 'x †\n\n† a\n'.repeat(1_000))
    expect(performance.now() - began).toBeLessThan(8_000)
  })
})
