import { expect, it } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { unnamed } from '../../../actors/question-answering/reading/named-rows.ts'
import { holdsNumber } from '../../../actors/question-answering/reading/numbered-names.ts'
import { analyse } from '../../../actors/question-answering/reading/question.ts'

/** What is not read of a text, since the question names something else. */
async function left(text: string, asked: string): Promise<string[]> {
  const parsed = await parse({ file: 'a.md', bytes: new TextEncoder().encode(text) })
  if ('reason' in parsed || parsed.passages[0] === undefined) throw new Error('no passage')
  const [passage] = parsed.passages
  const others = unnamed(analyse(asked, { weight: () => 1, frequency: () => 1 }), passage)
  return others.map(({ start, end }) => passage.text.slice(start, end))
}

it.each([
  ['Floors 3 and 4', 'Where does floor 4 gather?', true],
  ['Floors 1 to 3', 'Where does floor 4 gather?', false],
  ['Rooms 12–18', 'Who cleans room 15?', true],
  ['Weeks 1, 2 and 5', 'What is done in week 3?', false],
  ['Invoice 2024-032', 'What is the total of invoice 2024-032?', undefined],
  ['Boeing 737-800', 'How far does the Boeing 767 fly?', undefined],
  ['Floor 4', 'Where does floor 4 gather?', undefined],
  ['Floors 1 and 2', 'Where do both floors gather?', undefined],
  ['Floors 1 and 2', 'Do floor 1 and floor 4 meet?', undefined],
  ['Rooms 12–18', 'What costs 15 euros?', undefined],
])('several numbered things hold the one asked for [G513]: %s, %s', (name, asked, held) => {
  expect(holdsNumber(name, asked)).toBe(held)
})

it('what stands under other numbers is not read [G513]', async () => {
  const plan =
    '- North block\n  - Floors 1 and 2\n    - meet at the car park\n  - Floors 3 and 4\n    - meet at the shelter\n- South block\n  - Floor 4\n    - meet on the lawn\n'
  expect(await left(plan, 'Where do people of north block, floor 4 meet?')).toEqual([
    'meet at the car park',
    'meet on the lawn',
  ])
})

it('sentences with names before their colons are told apart by them, where the names have a word in common [G512]', async () => {
  const rooms = 'The “Heron” room: 64 m², for 40.\n\nThe “Bittern” room: 118 m², for 110.\n\nNote: no dogs.\n'
  const together = rooms.replace(/\n\n/gu, ' ')
  expect(await left(together, 'How large is the Heron room?')).toEqual([
    'The “Bittern” room: 118 m², for 110.',
  ])
  expect(await left(together, 'Which room is the largest?')).toEqual([])
  const said = 'Ms Weber: Ms Klein will move to Bonn. Ms Klein: I look forward to it.'
  expect(await left(said, 'Where will Ms Klein move?')).toEqual([])
  const flag =
    'Flag of Bahrain: red, with five points. Note on the flag of Bahrain: three points were taken off.'
  expect(await left(flag, 'Why were three points taken off the flag of Bahrain?')).toEqual([])
  const others = 'Time: at noon. Place: the hall. Price: 5 euros.'
  expect(await left(others, 'At what time is it in the hall?')).toEqual([])
})
