import { describe, expect, test } from 'vitest'
import { statementsOf } from './statements-of.ts'

const HEAD = ['| Leaves | Back | Remarks |', '|---|---|---|', '| 09:15 | 10:00 | bicycles |']
const markdown = (...lines: readonly string[]) => statementsOf('a.md', [...HEAD, ...lines, ''].join('\n'))

describe('a row says what the marks in its cells refer to [G410]', () => {
  test.each([
    ['| 18:40 | 19:25 | [^a] |', '[^a]: Only in July.', 'Remarks: Only in July.'],
    ['| 18:40[^a] | 19:25 | free |', '[^a]: Only in July.', 'Leaves: 18:40 (only in July) · Back: 19:25'],
    ['| 18:40\\* | 19:25 | free |', '\\* not on Sundays', 'Leaves: 18:40 (not on Sundays) · Back: 19:25'],
    ['| 18:40 | 19:25 | \\* |', '* not on Sundays', 'Remarks: not on Sundays'],
    [
      '| 18:40 † | 19:25 | 1) |',
      '† by bus\n\n1) by appointment',
      'Leaves: 18:40 (by bus) · Back: 19:25 · Remarks: by appointment',
    ],
    ['| 18:40 | 19:25² | free |', '¹ with crew\n² by bus', 'Back: 19:25 (by bus)'],
    ['| 18:40 | 19:25<sup>2</sup> | free |', '<sup>2</sup> by bus', 'Back: 19:25 (by bus)'],
  ])('%s, %s', async (row, note, said) => {
    expect((await markdown(row, '', note))[1]).toContain(said)
  })

  test('of HTML, reStructuredText and separated values', async () => {
    const row = '<tr><td>18:40</td><td>19:25</td><td><sup><a href="#fn1">1</a></sup></td></tr>'
    const html = `<table><tr><th>Leaves</th><th>Back</th><th>Remarks</th></tr>${row}</table>`
    const [first] = await statementsOf(
      'a.html',
      `${html}<ol><li id="fn1">Only in July. <a href="#r1">↩</a></li></ol>`,
    )
    expect(first).toBe('Leaves: 18:40 · Back: 19:25 · Remarks: Only in July.')
    const rst = [
      '=====  =======',
      'Back   Remarks',
      '=====  =======',
      '18:40  [1]_',
      '19:40  free',
      '=====  =======',
    ]
    expect((await statementsOf('a.rst', [...rst, '', '.. [1] Only in July.', ''].join('\n')))[0]).toBe(
      'Back: 18:40 · Remarks: Only in July.',
    )
    const csv = 'Day,Open\nMon,9-17 *\nTue,9-17\n* not in May\n'
    expect((await statementsOf('a.csv', csv))[0]).toBe('Day: Mon · Open: 9-17 (not in May)')
  })

  test('and a note that only cells refer to is not told apart from them', async () => {
    const said = await markdown(
      '| 18:40 | 19:25 | [^a] |',
      '',
      'By boat[^b].',
      '',
      '[^a]: In July.',
      '[^b]: Or ferry.',
    )
    expect(said).toContain('By boat › Or ferry.')
    expect(said.filter((one) => one.endsWith('In July.'))).toEqual([
      'Leaves: 18:40 · Back: 19:25 · Remarks: In July.',
    ])
  })

  test('but not where a mark is none, or a note is a source or long', async () => {
    expect((await markdown('| X (1) | *** | y |', '', '1. Open it.', '2. Close it.'))[1]).toContain(
      'Leaves: X (1)',
    )
    expect((await markdown('| X | *** | y |', '', '- Bring a coat.'))[1]).toContain('Back: ***')
    expect((await markdown('| X[^a] | z | y |', '', '[^a]: Smith (2010), p. 4.'))[1]).toContain(
      'Leaves: X · Back',
    )
    const long = `It ${'may not leave '.repeat(12)}.`
    expect(await markdown('| X | z | [^a] |', '', `[^a]: ${long}`)).toContain(`X · z › ${long}`)
  })
})

test.each([
  ['20 m²', '² by appointment'],
  ['[1]', '(1) by appointment'],
  ['***', '\\* breakfast is included', '*'],
])('what looks like a mark stays as it is: %s [G410]', async (value, note, other = '7') => {
  const told = await statementsOf(
    'a.md',
    `| Place | Value |\n|---|---|\n| Port | ${value} |\n| Town | ${other} |\n\n${note}\n`,
  )
  expect(told.slice(0, 2)).toEqual([`Place: Port · Value: ${value}`, `Place: Town · Value: ${other}`])
})
