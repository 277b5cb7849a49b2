import { describe, expect, it } from 'vitest'
import { byRecord } from '../../../actors/question-answering/answering/records.ts'
import { firstBy } from './voted.ts'

/** What answers, where the vote has the fields of a file in their order after the winner, by as many log-odds. */
function first(file: string, text: string, asked: string, winner: string, apart = 1): Promise<string> {
  return firstBy(byRecord, file, text, asked, (own, kind) =>
    kind === 'list' ? -9 : own.includes(winner) ? 0 : -apart,
  )
}

const TICKETS = [
  { id: 'TK-1041', title: 'Night theme', type: 'feature', assignee: 'Lena' },
  { id: 'TK-1042', title: 'Night theme flickers', type: 'bug', assignee: 'Omar' },
  { id: 'TK-1043', title: 'Slow start', type: 'bug', assignee: 'Ines', related_ticket: 'TK-1041' },
]
const LINES = TICKETS.map((one) => JSON.stringify(one)).join('\n')
const LONG = [
  {
    id: 101,
    title: 'Night theme flickers on old screens',
    seen: 'x '.repeat(400),
    type: 'bug',
    assignee: 'Lena',
  },
  { id: 102, title: 'Settings theme', seen: 'y', type: 'bug', assignee: 'Tom' },
]
const HOSTS =
  '{"staging": {"port": 8100, "host": "a1"}, "live": {"port": 8200, "host": "b1", "use": "port of the tests"}}'
const SHOP =
  '{"shop": {"phone": "11", "city": "Ulm"}, "order": {"phone": "22", "sum": 9, "note": "shop rear"}}'

describe('of two records that say the same of each, the one with more of the question answers [G430]', () => {
  it.each([
    ['Who is assigned to the night theme bug?', 'Lena', 'Omar'],
    ['Who is the assignee of TK-1043?', 'Omar', 'Ines'],
    // A record that only names the ticket is another one.
    ['Who is the assignee of TK-1041?', 'Ines', 'Lena'],
  ])('%s', async (asked, winner, expected) => {
    expect(await first('tickets.jsonl', LINES, asked, `assignee: ${winner}`)).toContain(expected)
  })

  it.each([
    ['it has no more of it', 'tickets.jsonl', LINES, 'Who is the assignee?', 'assignee: Ines', 1],
    [
      'a record is in several passages',
      'long.json',
      JSON.stringify(LONG),
      'Who is assigned to the night theme bug?',
      'assignee: Lena',
      1,
    ],
    ['it is far behind', 'tickets.jsonl', LINES, 'Who has the night theme bug?', 'assignee: Lena', 4],
    ['the other is named', 'a.json', HOSTS, 'Which port of staging has the tests in use?', 'port: 8100', 1],
    ['they are no records of one list', 'a.json', SHOP, 'Which phone is at the rear?', 'phone: 11', 1],
  ])('not where %s', async (_, file, text, asked, winner, apart) => {
    expect(await first(file, text, asked, winner, apart)).toContain(winner)
  })
})

describe('a record is told by its values also where parts of it are told apart [G461]', () => {
  const asset = (place: string, inches: number) => ({
    place,
    owner: 'L. Pratt',
    hardware: { cpu: 'Ryzen', monitor: { inches, maker: 'Eizo' } },
  })
  const ASSETS = JSON.stringify({
    assets: { 'WS-007': asset('attic', 32), 'WS-011': asset('reception', 24) },
  })

  it('the screen at the reception', async () => {
    expect(
      await first('assets.json', ASSETS, 'How big is the screen at the reception?', 'inches: 32'),
    ).toContain('inches: 24')
    expect(await first('assets.json', ASSETS, 'How big is the screen in the attic?', 'inches: 32')).toContain(
      'inches: 32',
    )
  })
})
