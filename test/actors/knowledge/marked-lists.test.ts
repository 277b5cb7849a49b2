import { describe, expect, test } from 'vitest'
import { linesOf, statementsOf } from './statements-of.ts'

/** The statements of a Markdown text without those that hold several others. */
async function parts(text: string): Promise<string[]> {
  return linesOf('a.md', text)
}

describe('a label directly below an item of Markdown begins the next list [G379]', () => {
  test.each([
    [
      'with a colon',
      'Dates:\n- 1 May\n- 1 June\nRisks:\n- Money\n',
      ['Dates: › 1 May', 'Dates: › 1 June', 'Risks: › Money'],
    ],
    [
      'with a name',
      'Monday\n- Staff\n- Dentist\nTuesday\n- Call\n',
      ['Monday: › Staff', 'Monday: › Dentist', 'Tuesday: › Call'],
    ],
    [
      'below an inner list, above numbers',
      '- Food\n  - milk\nNext steps:\n1. Call\n2. Pay\n',
      ['Food › milk', 'Next steps: › Call', 'Next steps: › Pay'],
    ],
  ])('%s', async (_, text, told) => {
    expect(await parts(text)).toEqual(told)
  })

  test('but an item that goes on without indentation is whole', async () => {
    expect((await statementsOf('a.md', '- Boil water\nUse a big pot\n- Add salt\n')).slice(1)).toEqual([
      'Boil water\nUse a big pot',
      'Add salt',
    ])
    const wrapped = '- The mill on the river is closed on the first\nMonday of May.\n- It is open in June.\n'
    expect((await statementsOf('a.md', wrapped)).slice(1)).toEqual([
      'The mill on the river is closed on the first\nMonday of May.',
      'It is open in June.',
    ])
  })
})

test('a year at the start of an item of Markdown stays [G379]', async () => {
  expect(await parts('1986. The plant was built.\n1990. The plant was sold.\n')).toEqual([
    '1986. The plant was built.',
    '1990. The plant was sold.',
  ])
  expect(await parts('7. Open the lid.\n8. Close it.\n')).toEqual(['Open the lid.', 'Close it.'])
})

test('where some tasks are done, each says whether it is [G380]', async () => {
  const tasks =
    '- [x] Ask Ann. She knows.\n- [ ] Call Dr. **Roe**\n- [ ] Buy:\n  - [x] milk\n  - [ ] tea\n\n## Later\n\n1. [ ] Pay\n2. Sing\n'
  expect(await parts(tasks)).toEqual([
    'Ask Ann (done).',
    'Ask Ann › She knows.',
    'Call Dr. Roe (open)',
    'Buy (open) › milk (done)',
    'Buy (open) › tea (open)',
    'Later › Pay (open)',
    'Later › Sing',
  ])
  // A form that nobody has filled in.
  expect(await parts('- [ ] Passport\n- [ ] Ticket\n')).toEqual(['Passport', 'Ticket'])
})

test('a field in a note of Obsidian is told by itself, an empty one not [G381]', async () => {
  const note =
    '## Bread\n\nLent in spring.\nauthor:: Ilse\nlent to:: Tomas\nreturned::\n\n- [ ] Pay [due:: 2 April]\n- **Fee**:: 5 EUR\n'
  expect(await parts(note)).toEqual([
    'Lent in spring.',
    'Bread › author: Ilse',
    'Bread › lent to: Tomas',
    'Bread › Pay [due: 2 April]',
    'Bread › Fee: 5 EUR',
  ])
  // Two colons stand elsewhere too.
  const other = 'Use std::vector, or Foo:: bar.\n\nExample::\n\n```\na:: b\n```\n'
  expect(await parts(other)).toEqual(['Use std::vector, or Foo:: bar.', 'Example:: › a:: b'])
})

test('a struck value beside one that is told to have changed is no text [G381]', async () => {
  const items = (...all: string[]) => all.map((one) => `- ${one}\n`).join('')
  expect(
    await parts(
      items('Place: ~~Café Rook~~', 'Place (changed!): Library', '**Fee**: ~~5~~', '**New fee**: 6'),
    ),
  ).toEqual(['Place (changed!): Library', 'New fee: 6'])
  // What Ann has done stays.
  expect(await parts(items('Ann: ~~find a hall~~', 'Ann: book it', 'Ann (May): pay'))).toEqual([
    'Ann: find a hall',
    'Ann: book it',
    'Ann (May): pay',
  ])
})
