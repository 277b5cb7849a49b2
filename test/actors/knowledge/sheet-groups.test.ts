import { describe, expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { sheetRows, workbookOf } from './office-files.ts'
import { statementsOf } from './statements-of.ts'

type Rows = readonly (readonly (string | number | null)[])[]

async function read(rows: Rows, merges: readonly string[] = []): Promise<string[]> {
  const merged = merges.map((ref) => `<mergeCell ref="${ref}"/>`).join('')
  const data = `<sheetData>${sheetRows(rows)}</sheetData>${merged === '' ? '' : `<mergeCells>${merged}</mergeCells>`}`
  return statementsOf('a.xlsx', await workbookOf([{ name: 'Sheet1', xml: data }]))
}

const NAMES = [null, 'Plan', 'Actual', 'Plan', 'Actual']
const VALUES = [
  ['Ink', 1200, 1275, 1400, 1310],
  ['Paper', 6500, 7120, 6800, 6940],
]

test.each<[string, Rows, string[], string]>([
  ['years', [['Item', 2024, null, 2025, null], NAMES, ...VALUES], ['B1:C1', 'D1:E1', 'A1:A2'], 'Item: Ink'],
  ['years that are not merged', [['Item', 2024, null, 2025, null], NAMES, ...VALUES], [], 'Item: Ink'],
  [
    'years over an empty corner',
    [[null, 2024, null, 2025, null], NAMES, ...VALUES],
    ['B1:C1', 'D1:E1'],
    'Ink',
  ],
])('[G449] %s stand before the names of the columns below them', async (_, rows, merges, name) => {
  const paper = name.replace('Ink', 'Paper')
  expect(await read(rows, merges)).toEqual([
    `${name} · 2024 Plan: 1200 · 2024 Actual: 1275 · 2025 Plan: 1400 · 2025 Actual: 1310`,
    `${paper} · 2024 Plan: 6500 · 2024 Actual: 7120 · 2025 Plan: 6800 · 2025 Actual: 6940`,
  ])
})

test.each<[string, Rows, string[]]>([
  [
    'a head with blank values below',
    [
      ['Name', 'Room', 'Phone', 'Mail'],
      ['Ann', 'A', 'x', null],
      ['Ben', 'B', null, 'y'],
    ],
    ['Name: Ann · Room: A · Phone: x', 'Name: Ben · Room: B · Mail: y'],
  ],
  [
    'values that are not known',
    [
      ['Ann', 2024, null, 2025, null],
      ['Ben', 3, 4, 5, 6],
      ['Cid', 7, 8, 9, 9],
    ],
    ['Ann: Ben · 2024: 3 · 4 · 2025: 5 · 6', 'Ann: Cid · 2024: 7 · 8 · 2025: 9 · 9'],
  ],
])('[G449] %s are no groups of columns', async (_, rows, expected) => {
  expect(await read(rows)).toEqual(expected)
})

describe('a sheet with the same table for each person [G473]', () => {
  const sheet = async (rows: Parameters<typeof sheetRows>[0]) => {
    const xml = `<sheetData>${sheetRows(rows)}</sheetData>`
    const bytes = await workbookOf([{ name: 'Hours', xml }])
    const parsed = await parse({ file: 'a.xlsx', bytes })
    if ('reason' in parsed) throw new Error(parsed.reason)
    return parsed.passages.flatMap(({ trail, text, statements }) =>
      statements.map(({ start, end }) => `${trail.join('>')} › ${text.slice(start, end)}`),
    )
  }
  const head = ['Day', 'Start', 'End']

  test.each([[[]], [['Staff of the bakery']]])('stands under the name of each: %s', async (above) => {
    const top = above.length === 0 ? [] : [above]
    const rows = [
      ...top,
      ['Ann Berg'],
      head,
      ['Mon', '8:00', '16:30'],
      [],
      ['Bob Reh'],
      head,
      ['Mon', '6:00', '14:00'],
    ]
    const trail = ['Hours', ...above].join('>')
    expect(await sheet(rows)).toEqual([
      `${trail}>Ann Berg › Day: Mon · Start: 8:00 · End: 16:30`,
      `${trail}>Bob Reh › Day: Mon · Start: 6:00 · End: 14:00`,
    ])
  })

  test('also where two lines name each', async () => {
    const rows = [
      ['Ann Lee'],
      ['Sales'],
      head,
      ['Mon', '8:00', '16:30'],
      ['Bob Reh'],
      ['Research'],
      head,
      ['Mon', '6:00', '14:00'],
    ]
    expect(await sheet(rows)).toEqual([
      'Hours>Ann Lee>Sales › Day: Mon · Start: 8:00 · End: 16:30',
      'Hours>Bob Reh>Research › Day: Mon · Start: 6:00 · End: 14:00',
    ])
  })

  test('and a head that stands again without a name is no row, but a row like another one is', async () => {
    const rows = [head, ['Mon', '8:00', '16:30'], head, ['Tue', '9:00', '17:00'], ['Mon', '8:00', '16:30']]
    expect(await sheet(rows)).toEqual([
      'Hours › Day: Mon · Start: 8:00 · End: 16:30',
      'Hours › Day: Tue · Start: 9:00 · End: 17:00',
      'Hours › Day: Mon · Start: 8:00 · End: 16:30',
    ])
  })
})

test('groups with the same names need no merged cells and no figures [G474]', async () => {
  const own = (corner: string) => [
    [null, 'Monday', null, 'Tuesday', null],
    [corner, 'Early', 'Late', 'Early', 'Late'],
    ['Gate', 'Ann', 'Bob', 'Cy', 'Ann'],
  ]
  expect(await read(own('Post'))).toEqual([
    'Post: Gate · Monday Early: Ann · Monday Late: Bob · Tuesday Early: Cy · Tuesday Late: Ann',
  ])
  const rows = [
    ['Name', 'Monday', null, 'Tuesday', null],
    ['Ann', 'early', 'ill', 'late', 'ill'],
    ['Bob', 'late', 'ill', 'early', 'ill'],
  ]
  expect((await read(rows)).join('\n')).not.toContain('Monday early')
})
