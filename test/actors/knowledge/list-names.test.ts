import { expect, test } from 'vitest'
import { partsOf } from './statements-of.ts'

test.each([
  [
    'a short line',
    'Release 2.1\n- Dark mode\n\nRelease 2.0\n- New API\n',
    ['Release 2.1: › Dark mode', 'Release 2.0: › New API'],
  ],
  ['a bold version', '**v2.1** (2024-05-03)\n\n- Dark mode\n', ['v2.1 (2024-05-03): › Dark mode']],
  [
    'the last line of a paragraph',
    'We go on Friday.\nThings to bring\n- towels\n',
    ['We go on Friday.', 'We go on Friday. Things to bring: › towels'],
  ],
])('what stands directly above a list in Markdown says what it is of: %s [G493]', async (_, text, told) => {
  expect(await partsOf('a.md', text)).toEqual(told)
})

test.each([
  ['a sentence', 'We agree on this.\n- yes\n', ['We agree on this.', 'yes']],
  ['a value', 'Price: 5 EUR\n- with tax\n', ['Price: 5 EUR', 'with tax']],
  ['a line apart', 'Ann will write to the council\n\n- soon\n', ['Ann will write to the council', 'soon']],
  ['a bold name apart', '**Ann** will write\n\n- soon\n', ['Ann will write', 'soon']],
  [
    'a wrapped sentence',
    'The committee met on Monday and agreed that\nwe buy these\n- chairs\n',
    ['The committee met on Monday and agreed that\nwe buy these', 'chairs'],
  ],
])('but %s does not [G493]', async (_, text, told) => {
  expect(await partsOf('a.md', text)).toEqual(told)
})
