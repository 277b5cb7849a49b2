import { expect, test } from 'vitest'
import { linesOf } from './statements-of.ts'

test.each([
  ['a.html', '<p>Die Mit&shy;glied&shy;schaft kostet 12 €.</p><p>The registra<wbr>tion is free.</p>'],
  ['a.txt', 'Die Mit\u00adglied\u00adschaft kostet 12 €.\n\nThe \ufeffregistra\u200btion is free.\n'],
  ['a.md', 'Die Mit\u00adglied\u00adschaft kostet 12 €.\n\nThe registra\u2060tion is free.\n'],
])('words of %s are whole where a hint says how to part them [G490]', async (file, text) => {
  expect(await linesOf(file, text)).toEqual(['Die Mitgliedschaft kostet 12 €.', 'The registration is free.'])
})

test('but a Thai text keeps the marks that part its words [G490]', async () => {
  expect(await linesOf('a.txt', 'เปิด\u200bทุกวัน\n')).toEqual(['เปิด\u200bทุกวัน'])
})
