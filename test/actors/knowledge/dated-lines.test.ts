import { describe, expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
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

describe('a time with a point is a line of a programme, below its day [G489]', () => {
  test.each([
    [
      'with points',
      'PLAN\n\nSaturday\n10.00 Opening\n12.00 Lunch\nSunday\n9.00 Final\n',
      ['Saturday › 10.00 Opening', 'Saturday › 12.00 Lunch', 'Sunday › 9.00 Final'],
    ],
    [
      'with colons',
      'Sat. 4 May\n10:00 Opening\n10:30 Group A\nSun. 5 May\n9:00–9:45 Final\n',
      ['Sat. 4 May › 10:00 Opening', 'Sat. 4 May › 10:30 Group A', 'Sun. 5 May › 9:00–9:45 Final'],
    ],
    ['without a day', '14.00 Match\n16.30 Prizes\n', ['14.00 Match', '16.30 Prizes']],
  ])('%s', async (_, text, told) => {
    expect(await linesOf('a.txt', text)).toEqual(told)
  })

  test('but sections are numbered, and a sentence goes on with a day and a time', async () => {
    const sections = '1. Fees\n1.10 Late fees\nThey are 6.\n1.11 Other\nNone.\n'
    expect(await trailsOf(sections)).toEqual(['1. Fees > 1.10 Late fees', '1. Fees > 1.11 Other'])
    const wrapped = 'We all meet on\nSunday\n10:00 sharp at the gate.\n'
    expect((await linesOf('a.txt', wrapped)).join('\n')).not.toContain('›')
  })
})

async function trailsOf(text: string): Promise<string[]> {
  const parsed = await parse({ file: 'a.txt', bytes: new TextEncoder().encode(text) })
  if ('reason' in parsed) throw new Error(parsed.reason)
  return [...new Set(parsed.passages.map(({ trail }) => trail.join(' > ')))]
}
