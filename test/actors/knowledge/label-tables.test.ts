import { describe, expect, test } from 'vitest'
import { sheetRows, workbookOf } from './office-files.ts'
import { statementsOf } from './statements-of.ts'
import { wordDocument } from './word-document.ts'

type Rows = readonly (readonly string[])[]

const csv = (rows: Rows) => statementsOf('a.csv', `${rows.map((cells) => cells.join(',')).join('\n')}\n`)
const word = async (rows: Rows) => statementsOf('a.docx', await wordDocument(rows))
const html = (rows: Rows) =>
  statementsOf(
    'a.html',
    `<table>${rows.map((cells) => `<tr><td>${cells.join('</td><td>')}</td></tr>`).join('')}</table>`,
  )
const sheet = async (rows: Rows) => {
  const xml = `<sheetData>${sheetRows(rows)}</sheetData>`
  return statementsOf('a.xlsx', await workbookOf([{ name: 'Sheet1', xml }]))
}
const FORMATS = [csv, word, html, sheet]

describe('two columns of labels and values have no head [G470]', () => {
  const own: Rows[] = [
    [
      ['Client', 'City of Kiel'],
      ['Manager', 'Eva Lund'],
      ['Status', 'in progress'],
    ],
    [
      ['Name', 'Ann Lee'],
      ['Phone', '030 1'],
    ],
    [
      ['Manufacturer', 'Krantech AG'],
      ['Serial no.', 'KT-4711'],
      ['Location', 'Hall 2'],
    ],
    [
      ['Overall result', 'not passed'],
      ['Re-inspection by', '2024-06-14'],
    ],
    [
      ['Auftraggeber', 'Stadt Kiel'],
      ['Bauleiterin', 'Eva Lund'],
      ['Kostenstelle', '8800'],
    ],
  ]
  test.each(own)('%s', async (...rows) => {
    const said = rows.map(([label, value]) => `${label}: ${value}`)
    for (const told of FORMATS) expect(await told(rows)).toEqual(said)
  })

  const tables: Rows[] = [
    [
      ['Country', 'Capital'],
      ['Norway', 'Oslo'],
      ['France', 'Paris'],
    ],
    [
      ['Name', 'Role'],
      ['Ann Lee', 'Manager'],
      ['Bo Holm', 'Architect'],
    ],
    [
      ['Name', 'Required'],
      ['Email', 'yes'],
      ['Phone', 'no'],
    ],
    [
      ['Type', 'Count'],
      ['Customer', '3'],
      ['Supplier', '4'],
    ],
    [
      ['Contact', 'Email'],
      ['Manager', 'eva@kiel.example'],
      ['Architect', 'bo@kiel.example'],
    ],
    [
      ['Title', 'Day Rate'],
      ['Engineer', '640'],
      ['Architect', '720'],
    ],
  ]
  test.each(tables)('but not below names of columns: %s', async (...rows) => {
    const [[first, second] = []] = rows
    const said = rows.slice(1).map(([name, value]) => `${first}: ${name} · ${second}: ${value}`)
    for (const told of [csv, sheet]) expect(await told(rows)).toEqual(said)
  })

  test('above a wider table without a blank line', async () => {
    const bank =
      'Kunde:;Max Muster;;;\nZeitraum:;Mai 2024;;;\nDatum;Text;Soll;Haben;Saldo\n01.05.2024;Miete;900;;100\n'
    expect(await statementsOf('a.csv', bank)).toEqual([
      'Kunde: Max Muster',
      'Zeitraum: Mai 2024',
      'Datum: 01.05.2024 · Text: Miete · Soll: 900 · Saldo: 100',
    ])
    expect(
      await csv([
        ['Name', 'Phone', ''],
        ['Ann Lee', '030 1', 'ill'],
        ['Bo', '030 2', ''],
      ]),
    ).toContain('Name: Ann Lee · Phone: 030 1 · ill')
  })
})

describe('rows of several labels and values have no head [G471]', () => {
  const form: Rows = [
    ['Name', 'Eva Lund', 'Staff no.', '4711'],
    ['Department', 'Sales', 'Cost centre', '8800'],
    ['Destination', 'Lyon', 'Date', '3–5 June 2024'],
  ]
  test('each label with its value', async () => {
    const said = form.flatMap(([a, b, c, d]) => [`${a}: ${b}`, `${c}: ${d}`])
    for (const told of [word, html, sheet]) expect(await told(form)).toEqual(said)
  })

  test('below names across all columns', async () => {
    const [trip = '', ...rows] = [...form]
      .reverse()
      .map((cells) => `<tr><td>${cells.join('</td><td>')}</td></tr>`)
    const across = (text: string) => `<tr><td colspan=4>${text}</td></tr>`
    expect(
      await statementsOf(
        'a.html',
        `<table>${across('1. Trip')}${trip}${across('2. Staff')}${rows.join('')}</table>`,
      ),
    ).toEqual(expect.arrayContaining(['1. Trip › Destination: Lyon', '2. Staff › Name: Eva Lund']))
  })

  test('but not those of a table', async () => {
    const rows: Rows = [
      ['Name', 'City', 'Phone', 'Mail'],
      ['Ann', 'Kiel', '0431 1', 'a@kiel.example'],
      ['Bo', 'Bonn', '0228 2', 'b@bonn.example'],
    ]
    for (const told of [word, sheet])
      expect((await told(rows))[0]).toBe('Name: Ann · City: Kiel · Phone: 0431 1 · Mail: a@kiel.example')
    const lamps: Rows = [
      ['Product', 'Lamp', 'Weight', 'Desk'],
      ['Width', '3', 'Height', '4'],
      ['Ann', 'x', 'Bo', 'y'],
    ]
    expect(await word(lamps)).not.toContain('Ann: x')
  })
})
