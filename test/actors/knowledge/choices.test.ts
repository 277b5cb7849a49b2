import { expect, test } from 'vitest'
import { linesOf, partsOf, statementsOf } from './statements-of.ts'
import { p, run, wordOf } from './word-document.ts'

const tick = (checked: number) =>
  `<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="${checked}"/></w14:checkbox></w:sdtPr><w:sdtContent>${run('☒')}</w:sdtContent></w:sdt>`

const WORD = ['How should we call? (tick one)', '☐ by telephone', '☒ by letter', 'Remarks: none.']

test.each<[string, string, string | Promise<Uint8Array>, string[]]>([
  [
    'paragraphs of Word',
    'a.docx',
    wordOf(WORD.map((text) => p(run(text))).join('')),
    ['How should we call? › by letter (checked)', 'Remarks: none.'],
  ],
  [
    'boxes of Word',
    'a.docx',
    wordOf(p(run('Size')) + p(tick(0) + run(' small')) + p(tick(1) + run(' large'))),
    ['Size › large (checked)'],
  ],
  [
    'lines of text',
    'a.txt',
    'Name: Jo\nDo you smoke?\n[ ] yes\n[x] no\nRemarks: none.\n',
    ['Name: Jo', 'Do you smoke? › no (checked)', 'Remarks: none.'],
  ],
  [
    'one line',
    'a.txt',
    'Vegan: ☐ yes ☒ no\n\nPets: cat [x] dog [ ]\n',
    ['Vegan: › no (checked)', 'Pets: › cat (checked)'],
  ],
  ['squares', 'a.txt', 'Size?\n□ small\n□ medium\n■ large\n', ['Size? › large (checked)']],
  [
    'a list of Markdown',
    'a.md',
    'How do you come?\n\n- ☐ by train\n- ☑ by car\n',
    ['How do you come? › by car (checked)'],
  ],
  [
    'a page',
    'a.html',
    '<p>Dinner (choose one)</p><ul><li>☑ fish</li><li>☐ meat</li></ul><p>Lunch?</p><p>☐ yes<br>☒ no</p>',
    ['Dinner › fish (checked)', 'Lunch? › no (checked)'],
  ],
])('[G446] of boxes in %s the ticked ones answer what stands above', async (_, file, content, expected) => {
  expect(await partsOf(file, await content)).toEqual(expected)
})

test('[G446] the whole list shows the other choices', async () => {
  expect(await statementsOf('a.txt', 'Do you smoke?\n☐ yes\n☒ no\n')).toContain(
    'Do you smoke?\n☐ yes\n☒ no (checked)',
  )
})

test.each([
  ['tasks', 'Tasks:\n☐ paint\n☒ sand\n', ['Tasks: › ☐ paint', 'Tasks: › ☒ sand']],
  ['tasks without a question', 'Hall\n[ ] paint\n[x] sand\n', ['Hall', '[ ] paint', '[x] sand']],
  ['a blank form', 'Vegan?\n☐ yes\n☐ no\n', ['Vegan? › ☐ yes', 'Vegan? › ☐ no']],
  ['what is there and what is not', 'Wifi:\n✓ hall\n✗ yard\n', ['Wifi: › ✓ hall', 'Wifi: › ✗ yard']],
  ['words about boxes', 'A row is ☐ or ☒ here.\n', ['A row is ☐ or ☒ here.']],
  [
    'things to pack',
    'Packing for Norway:\n☑ tent\n☐ stove\n☐ gas\n',
    ['Packing for Norway: › ☑ tent', 'Packing for Norway: › ☐ stove', 'Packing for Norway: › ☐ gas'],
  ],
  ['things to buy', 'Für Samstag einkaufen\n☑ Brot\n☐ Salz\n', ['Für Samstag einkaufen', '☑ Brot', '☐ Salz']],
  ['what is done', 'Norway\n☑ tent\n☑ stove\n☐ gas\n', ['Norway', '☑ tent', '☑ stove', '☐ gas']],
  ['a legend', 'Legend: ☐ open ☒ done\n', ['Legend: ☐ open ☒ done']],
  ['calls', 'Calls: f( ) and g(x) run.\n', ['Calls: f( ) and g(x) run.']],
])('[G446] %s are no choices', async (_, text, expected) => {
  expect(await linesOf('a.txt', text)).toEqual(expected)
})

test('[G446] a line of boxes is read in linear time', async () => {
  await statementsOf('a.txt', `Vegan: ${'☐ yes ☒ no '.repeat(50_000)}\n${'Size:\n☐ a\n☒ b\n'.repeat(5_000)}`)
})
