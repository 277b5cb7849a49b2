import { describe, expect, test } from 'vitest'
import { linesOf } from './statements-of.ts'

describe('a number with a point before a month is a day, and counts no item [G488]', () => {
  test.each([
    [
      'in a plain text',
      'a.txt',
      '1. Mai: geschlossen\n24. Dezember: bis 12 Uhr\n31. joulukuuta: suljettu\n',
      ['1. Mai: geschlossen', '24. Dezember: bis 12 Uhr', '31. joulukuuta: suljettu'],
    ],
    [
      'on days after each other',
      'a.txt',
      '1. Mai: zu\n2. Mai: offen\n\n3. Juni Fest\n4. Juli Ferien\n',
      ['1. Mai: zu', '2. Mai: offen', '3. Juni Fest', '4. Juli Ferien'],
    ],
    [
      'in Markdown',
      'a.md',
      '- 10. Juni: Fest\n- 12. prosince: zavřeno\n\n24. Dezember bis 12 Uhr\n31. Dezember zu\n',
      ['10. Juni: Fest', '12. prosince: zavřeno', '24. Dezember bis 12 Uhr', '31. Dezember zu'],
    ],
    [
      'in a mail',
      'a.eml',
      'From: a@b.c\nContent-Type: text/plain; charset=utf-8\n\n24. Dezember bis 12 Uhr\n31. Dezember zu\n',
      ['From: a@b.c', '24. Dezember bis 12 Uhr', '31. Dezember zu'],
    ],
  ])('%s', async (_, file, text, told) => {
    expect(await linesOf(file, text)).toEqual(told)
  })

  test('but lists of months, people and other things are lists', async () => {
    const months = '1. Januar\n2. Februar\n3. März\n'
    expect(await linesOf('a.txt', months)).toEqual(['Januar', 'Februar', 'März'])
    expect(await linesOf('a.md', '1. April Smith\n2. August Kerr\n')).toEqual(['April Smith', 'August Kerr'])
    const rules = '1. Mai is the last month\n2. Pay the bill\n'
    expect(await linesOf('a.txt', rules)).toEqual(['Mai is the last month', 'Pay the bill'])
  })
})
