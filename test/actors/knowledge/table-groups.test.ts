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

test('what stands beside a table in a cell is told, and a form in it under its row [G492]', async () => {
  const form = (room: string) =>
    `<table><tr><td>Phone: 555</td><td>Room: ${room}</td></tr><tr><td>Manager: Ann Lee</td><td>Fax: 556</td></tr></table>`
  const row = (first: string, last: string) => `<tr><td>${first}</td><td>${last}</td></tr>`
  const page = `<table><tr><th>Office</th><th>Details</th></tr>${row('Kiel', form('A1'))}${row('', `Call first.${form('B2')}`)}</table>`
  const said = await linesOf('a.html', page)
  expect(said).toContain('Kiel › Room: A1')
  expect(said.join('\n')).toContain('Call first.')
})

test('but a table without names of columns, or with one, is the layout of a page [G492]', async () => {
  const inner = '<table><tr><th>Room</th><th>Size</th></tr><tr><td>A</td><td>20</td></tr></table>'
  const page = `<table><tr><td>${inner}</td><td>We open at 9.</td></tr></table>`
  expect(await linesOf('a.html', page)).toEqual(['Room: A · Size: 20', 'We open at 9.'])
  const box = `<table><tr><th>Rooms</th></tr><tr><td>${inner}</td></tr></table>`
  expect(await linesOf('a.html', box)).toEqual(['Rooms', 'Room: A · Size: 20'])
})

describe('a row that has its name alone is no name of a group [G472]', () => {
  const csv = (...lines: readonly string[]) => statementsOf('a.csv', `${lines.join('\n')}\n`)

  test.each([
    [
      ['Name,Company,Phone', 'Ann Lee,Acme,030 1', 'Bob Ray,,', 'Cy Day,Beta,030 3'],
      'Name: Bob Ray',
      'Name: Cy Day',
    ],
    [
      ['Name,Company,Phone', 'Ann Lee,Acme,030 1', 'Cy Day,Beta,030 3', 'Bob Ray,,'],
      'Name: Bob Ray',
      'Name: Cy Day',
    ],
    [
      ['mail,city,age', 'a@x.example,Bonn,3', 'b@x.example,,', 'c@x.example,Kiel,4'],
      'mail: b@x.example',
      'mail: c',
    ],
    [['locker,member,since', '1,Ann,2021', '2,,', '3,Bob,2019'], 'locker: 2', 'locker: 3'],
    [['Item,Qty,Price', 'Hammer,1,20', 'Saw,2,30', 'Nails,,'], 'Item: Nails', 'Item: Saw'],
  ])('%s', async (lines, lone, next) => {
    const said = await csv(...lines)
    expect(said).toContain(lone)
    expect(said.some((one) => one.startsWith(next))).toBe(true)
  })

  test('but others name groups', async () => {
    const staff = ['Kitchen Staff,,', 'Ann Lee,early,030 1', 'Service Staff,,', 'Bo Holm,late,030 2']
    expect(await csv('Name,Shift,Phone', ...staff)).toContain(
      'Service Staff › Name: Bo Holm · Shift: late · Phone: 030 2',
    )
    const tools = ['Tape,1,2', 'Paint,,', 'White,3,12', 'Blue,2,14']
    expect(await csv('Item,Qty,Price', ...tools)).toContain('Paint › Item: White · Qty: 3 · Price: 12')
    const years = ['May,1,2', '2024,,', 'Jan,3,12', 'Feb,2,14']
    expect(await csv('Month,In,Out', ...years)).toContain('2024 › Month: Jan · In: 3 · Out: 12')
    const teams = ['Ann Lee,early,1', 'Night Crew,,', 'Bo Holm,late,2']
    expect(await csv('Name,Shift,Room', ...teams)).toContain(
      'Night Crew › Name: Bo Holm · Shift: late · Room: 2',
    )
  })
})

const htmlRows = (...rows: readonly string[]) =>
  statementsOf('a.html', `<table>${rows.map((row) => `<tr>${row}</tr>`).join('')}</table>`)

describe('heads of two lines that nothing marks [G474]', () => {
  test('name groups and their columns', async () => {
    const head = ['<td rowspan=2>Plant</td><td colspan=2>2023</td>', '<td>Plan</td><td>Actual</td>']
    expect(await htmlRows(...head, '<td>Kiel</td><td>10</td><td>11</td>')).toEqual([
      'Plant: Kiel · 2023 Plan: 10 · 2023 Actual: 11',
    ])
  })

  test('but a day of two lines is no head', async () => {
    const said = await htmlRows(
      '<td rowspan=2>Monday</td><td colspan=2>closed until noon</td>',
      '<td>Ann</td><td>Bob</td>',
      '<td>Tuesday</td><td>Cy</td><td>Dan</td>',
    )
    expect(said.join('\n')).not.toContain('Ann: Cy')
  })
})

describe('a cell over several columns that their heads do not name is told once [G475]', () => {
  const head = '<th>Pos.</th><th>Description</th><th>Qty</th><th>Total</th>'
  const pump = '<td>1</td><td>Pump</td><td>2</td><td>420.00</td>'
  test.each([
    ['<td colspan=3>Net</td><td>600.00</td>', 'Net · Total: 600.00'],
    ['<td colspan=2>Subtotal Kiel</td><td>3</td><td>17</td>', 'Subtotal Kiel · Qty: 3 · Total: 17'],
    [
      '<td>2</td><td colspan=3>Closed from 22 July to 9 August</td>',
      'Pos.: 2 · Closed from 22 July to 9 August',
    ],
  ])('%s', async (row, said) => {
    expect(await htmlRows(head, pump, row)).toContain(said)
  })

  test('but a shift of several days is that of each, and so is a price of several plans', async () => {
    const days = '<th>Name</th><th>Mon</th><th>Tue</th><th>Wed</th>'
    const ann = '<td>Ann</td><td>early</td><td>late</td><td>off</td>'
    expect((await htmlRows(days, ann, '<td>Bob</td><td colspan=3>on leave until Friday</td>'))[1]).toBe(
      'Name: Bob · Mon: on leave until Friday · Tue: on leave until Friday · Wed: on leave until Friday',
    )
    const plans = '<th>Plan</th><th>Price</th><th>Support</th>'
    expect(
      (
        await htmlRows(
          plans,
          '<td>Pro</td><td>20</td><td>mail</td>',
          '<td>Max</td><td colspan=2>on request</td>',
        )
      )[1],
    ).toBe('Plan: Max · Price: on request · Support: on request')
  })
})
