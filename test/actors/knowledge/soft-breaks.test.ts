import { expect, test } from 'vitest'
import { statementsOf } from './statements-of.ts'
import { p, run, wordOf } from './word-document.ts'

/** What is read of a paragraph whose lines were broken within it, one line each: of a web page, and of a Word document. */
const read = async (lines: readonly string[]) => {
  const word = await wordOf(p(lines.map(run).join('<w:r><w:br/></w:r>')))
  const both = await Promise.all([
    statementsOf('a.html', `<p>${lines.join('<br>')}</p>`),
    statementsOf('a.docx', word),
  ])
  return both.map((all) => all.map((text) => text.replace(/\n/gu, ' | ')))
}
const told = async (lines: readonly string[], expected: readonly string[]) => {
  for (const all of await read(lines))
    expect(all.filter((text) => text !== lines.join(' | ') || expected.includes(text))).toEqual(expected)
}

test.each([
  [['The monthly rent including all', 'additional costs is 840 EUR and', 'is due on the third working day.']],
  [['The rent is', '1,850.00 EUR', 'plus VAT.']],
  [['This contract was signed by the', 'Landlord on 3 May.']],
  [['Die Miete beträgt für die', '3 Zimmer 840 EUR.']],
  [['The deposit of the tenant of the first floor is', 'paid to the caretaker']],
])('[G481] a sentence goes on over line breaks within it: %j', (lines) => told(lines, [lines.join(' | ')]))

test.each([
  [['Nova GmbH', 'Main Street 5', '50667 Cologne']],
  [['We sell', 'bread', 'milk', 'eggs']],
  [['Open on weekdays.', 'closed on Sundays.']],
  [['Adults 12 EUR', 'Children 5 EUR']],
  [['The car park has two gates', 'phone: 555 0199.']],
  [['Dear Ms Solberg,', 'thank you for your letter.']],
  [['the pool is behind the house next to the old mill', 'wifi is free in all of the rooms.']],
])('[G481] but a line of its own is told by itself: %j', (lines) => told(lines, lines))
