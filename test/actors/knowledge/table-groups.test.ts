import { describe, expect, test } from 'vitest'
import { linesOf, statementsOf } from './statements-of.ts'

describe('a total of all groups belongs to none of them [G411]', () => {
  const csv = (...lines: readonly string[]) => statementsOf('a.csv', `Item,Qty,Cost\n${lines.join('\n')}\n`)
  const groups = [
    'KITCHEN,,',
    'Sink,1,348',
    'Subtotal kitchen,,348',
    'BATHROOM,,',
    'Sink,1,215',
    'Subtotal,,215',
  ]

  test('in separated values, Markdown and HTML', async () => {
    const said = [
      'KITCHEN › Item: Subtotal kitchen · Cost: 348',
      'BATHROOM › Item: Subtotal · Cost: 215',
      'Item: Total · Cost: 563',
    ]
    expect(await csv(...groups, 'Total,,563')).toEqual(expect.arrayContaining(said))
    const rows = [...groups, 'Total,,563'].map((line) => line.split(','))
    const md = ['|Item|Qty|Cost|', '|---|---|---|', ...rows.map((row) => `|${row.join('|')}|`), ''].join('\n')
    expect(await statementsOf('a.md', md)).toEqual(expect.arrayContaining(said))
    const cells = rows.map(([first, ...others]) =>
      others.join('') === ''
        ? `<td colspan=3>${first}</td>`
        : `<td>${[first, ...others].join('</td><td>')}</td>`,
    )
    const head = '<tr><th>Item</th><th>Qty</th><th>Cost</th></tr>'
    const html = `<table>${head}${cells.map((row) => `<tr>${row}</tr>`).join('')}</table>`
    expect(await statementsOf('a.html', html)).toEqual(expect.arrayContaining(said))
  })

  test('but each group may have its total, and a thing may be called so', async () => {
    const own = await csv('KITCHEN,,', 'Sink,1,348', 'Total,,348', 'BATHROOM,,', 'Sink,1,215', 'Total,,215')
    expect(own.at(-1)).toBe('BATHROOM › Item: Total · Cost: 215')
    const called = await csv('BOOKS,,', 'Ink,1,3', 'FILMS,,', 'Total Recall,1,9', 'Total recall of parts,1,2')
    expect(called.at(-2)).toBe('FILMS › Item: Total Recall · Qty: 1 · Cost: 9')
  })
})

describe('heads of LaTeX tables that span columns or rows stand before those below them [G412]', () => {
  const tex = (...lines: readonly string[]) =>
    statementsOf(
      'a.tex',
      ['\\begin{document}', '\\begin{tabular}{lrrl}', ...lines, '\\end{tabular}', '\\end{document}', ''].join(
        '\n',
      ),
    )
  const below = ['\\midrule', 'Oak & 11 & 0.7 & Jura \\\\', 'Larch & 12 & 0.5 & Valais \\\\']

  test.each([
    [['\\hline', ' & \\multicolumn{2}{c|}{Measured} & \\\\', 'Species & Moisture & Density & Origin \\\\']],
    [
      [
        '\\hline',
        ' & \\multicolumn{2}{c@{}}{Measured} & \\\\',
        '\\hline',
        'Species & Moisture & Density & Origin \\\\',
      ],
    ],
    [
      [
        '\\toprule',
        '\\multirow{2}{*}{Species} & \\multicolumn{2}{c}{Measured} & \\multirow{2}{*}{Origin} \\\\',
        '\\cmidrule(lr){2-3}',
        ' & Moisture & Density & \\\\',
      ],
    ],
  ])('%s', async (head) => {
    expect((await tex(...head, ...below))[0]).toBe(
      'Species: Oak · Measured Moisture: 11 · Measured Density: 0.7 · Origin: Jura',
    )
  })

  test('but a name of several rows is that of each of them', async () => {
    const rows = [
      '\\multirow{2}{*}{North} & Oban & 3 & a \\\\',
      ' & & 4 & b \\\\',
      '\\multicolumn{4}{l}{Far} \\\\',
      'East & Deal & 1 & c \\\\',
    ]
    expect(await tex('Region & City & Rain & Kind \\\\', '\\hline', ...rows)).toEqual([
      'Region: North · City: Oban · Rain: 3 · Kind: a',
      'Region: North · Rain: 4 · Kind: b',
      'Far › Region: East · City: Deal · Rain: 1 · Kind: c',
    ])
    expect(
      (
        await tex(
          '\\multirow{2}{*}{North} & Oban & 3 & a \\\\',
          ' & Skye & 4 & b \\\\',
          '\\hline',
          'East & Deal & 1 & c \\\\',
        )
      ).at(-1),
    ).toContain('Deal')
  })
})

test.each(['', '\\hline '])('a row of values below a LaTeX head is no head: "%s" [G412]', async (line) => {
  const rows = `Name & \\multicolumn{2}{c}{Range} & Unit \\\\ ${line}Temp & 3 & 5 & C \\\\ ${line}Mass & 4 & 6 & kg \\\\`
  const told = await statementsOf(
    'a.tex',
    `\\begin{document}\n\\begin{tabular}{llll}\n${rows.replaceAll('\\\\ ', '\\\\\n')}\n\\end{tabular}\n\\end{document}\n`,
  )
  expect(told).toEqual(['Name: Temp · Range: 3 · 5 · Unit: C', 'Name: Mass · Range: 4 · 6 · Unit: kg'])
})

test('a table in a cell stands under the name of its row, and the outer rows are whole [G492]', async () => {
  const inner = '<table><tr><td>Month</td><td>9 €</td></tr><tr><td>Year</td><td>90 €</td></tr></table>'
  const head = '<tr><th>Plan</th><th>Fee</th><th>Seats</th></tr>'
  const basic = '<tr><td>Basic</td><td><table><tr><td>5 €</td></tr></table></td><td>3</td></tr>'
  const page = `<table>${head}${basic}<tr><td>Pro</td><td>${inner}</td><td>9</td></tr></table>`
  expect(await linesOf('a.html', page)).toEqual([
    'Plan: Basic · Fee: 5 € · Seats: 3',
    'Plan: Pro · Seats: 9',
    'Pro › Month: 9 €',
    'Pro › Year: 90 €',
  ])
})

test('but a table without names of columns, or with one, is the layout of a page [G492]', async () => {
  const inner = '<table><tr><th>Room</th><th>Size</th></tr><tr><td>A</td><td>20</td></tr></table>'
  const page = `<table><tr><td>${inner}</td><td>We open at 9.</td></tr></table>`
  expect(await linesOf('a.html', page)).toEqual(['Room: A · Size: 20', 'We open at 9.'])
  const box = `<table><tr><th>Rooms</th></tr><tr><td>${inner}</td></tr></table>`
  expect(await linesOf('a.html', box)).toEqual(['Rooms', 'Room: A · Size: 20'])
})
