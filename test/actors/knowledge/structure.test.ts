import { describe, expect, test } from 'vitest'
import { statementsOf } from './statements-of.ts'
import { wordParagraphs } from './word-document.ts'

describe('what people said to each other is read by who spoke [G263]', () => {
  const cues = [
    '<v Orla>The boiler is back on. It took two parts.',
    '<v Pim>Next, the fence along the canal.',
    '<v Orla>They start on the fourth of May. The posts are here.',
    '<v Pim>Noted.',
  ]
  const vtt = `WEBVTT\n\n${cues.map((cue, i) => `00:0${i}.000 --> 00:0${i}.900\n${cue}\n`).join('\n')}`

  test('in subtitles with voices', async () => {
    expect(await statementsOf('a.vtt', vtt)).toEqual([
      'Orla: The boiler is back on.',
      'Orla › It took two parts.',
      'It took two parts. › Pim: Next, the fence along the canal.',
      'Pim: Next, the fence along the canal. › Orla: They start on the fourth of May.',
      'Orla – Pim: Next, the fence along the canal. › The posts are here.',
      'The posts are here. › Pim: Noted.',
    ])
  })

  test('and in texts, by lines or paragraphs', async () => {
    const said = [
      'Ada: Is the kiln hot?',
      'Bo: Since noon. It has 900 degrees.',
      'Ada: Then we wait.',
      'Bo: Until six.',
    ]
    for (const gap of ['\n', '\n\n'])
      expect(await statementsOf('a.txt', said.join(gap))).toEqual([
        'Ada: Is the kiln hot?',
        'Ada: Is the kiln hot? › Bo: Since noon.',
        'Bo – Ada: Is the kiln hot? › It has 900 degrees.',
        'It has 900 degrees. › Ada: Then we wait.',
        'Ada: Then we wait. › Bo: Until six.',
      ])
  })

  test('fields are no talk', async () => {
    const text = 'Price: 5 euros\n\nSize: 40 cm\n\nPrice: 6 euros\n\nSize: 50 cm\n'
    expect(await statementsOf('a.txt', text)).toEqual([
      'Price: 5 euros',
      'Size: 40 cm',
      'Price: 6 euros',
      'Size: 50 cm',
    ])
  })
})

describe('a comment is text that belongs to what stands below it [G264]', () => {
  const why = 'Copies stay in Oslo since the other hall\nhas no second power line.'
  const long = `${why}\nEach copy is read back once a week, and whoever changes the hall tells the people of the night shift first.`
  const commented = (text: string) => text.replace(/^/gmu, '# ')

  test.each([
    [
      'a.yaml',
      (text: string) =>
        `top: 1\nstore:\n  ${commented(text).replace(/\n/gu, '\n  ')}\n  copies:\n    hall: 4\n`,
    ],
    ['a.toml', (text: string) => `${commented(text)}\n[store.copies]\nhall = 4\n`],
    ['a.ini', (text: string) => `${commented(text)}\n[copies]\nhall = 4\n`],
  ])('%s', async (file, written) => {
    for (const text of [why, long]) {
      const found = await statementsOf(file, written(text))
      expect(
        found.some((one) =>
          one.endsWith('Copies stay in Oslo since the other hall has no second power line.'),
        ),
      ).toBe(true)
      expect(found.some((one) => one.endsWith('copies · hall: 4') || one.endsWith('hall: 4'))).toBe(true)
    }
  })

  test('also above a single field, and at the top of a file', async () => {
    const yaml = `# Ask the lab first.\n\n${commented(long)}\nhall: 4\n# rooms: 3\nfloor: 2\n`
    const found = await statementsOf('a.yaml', yaml)
    expect(found).toContain('Ask the lab first.')
    expect(
      found.some((one) =>
        one.endsWith('hall: Copies stay in Oslo since the other hall has no second power line.'),
      ),
    ).toBe(true)
    expect(found).toContain('rooms: 3 (commented out)')
  })
})

test('the question of a pair belongs to all of its answer [G265]', async () => {
  const text =
    '# Help\n\n**How long may I keep a kayak?**\nThree days. You can ask for one more day at the counter.\n\n**Who cleans it?**\nYou do.\n'
  expect(await statementsOf('a.md', text)).toEqual([
    'How long may I keep a kayak? › Three days.',
    'How long may I keep a kayak? › You can ask for one more day at the counter.',
    'Who cleans it? › You do.',
  ])
})

test('rows belong to the lines above their table [G266]', async () => {
  const csv = 'Ferry line 4,,\nPassengers in thousands,,\n,,\nMonth,Adults,Children\nMay,12,3\nJune,14,5\n'
  expect(await statementsOf('a.csv', csv)).toEqual([
    'Ferry line 4',
    'Passengers in thousands',
    'Ferry line 4 – Passengers in thousands › Month: May · Adults: 12 · Children: 3',
    'Ferry line 4 – Passengers in thousands › Month: June · Adults: 14 · Children: 5',
  ])
})

test('lists of Word that stand inside others by their style belong to them [G267]', async () => {
  const file = await wordParagraphs([
    ['List Number', 'Winter'],
    ['List Number 2', 'Pumps'],
    ['List Bullet 3', 'Drain them before the first frost.'],
    ['List Number 2', 'Boats'],
    ['List Bullet 3', 'Turn them over.'],
  ])
  const found = await statementsOf('a.docx', file)
  expect(found).toContain('Winter – Pumps › Drain them before the first frost.')
  expect(found).toContain('Winter – Boats › Turn them over.')
})
