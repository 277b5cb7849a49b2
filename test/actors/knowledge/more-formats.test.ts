import { describe, expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { linesOf, statementsOf } from './statements-of.ts'

test('separated values are parted at the mark that most lines have as often [G293]', async () => {
  expect(await linesOf('tax.csv', 'Income;Rate\n£0 – £9,500;none\n£9,501 – £41,000;19 %\n')).toEqual([
    'Income: £0 – £9,500 · Rate: none',
    'Income: £9,501 – £41,000 · Rate: 19 %',
  ])
  expect(await linesOf('a.csv', 'Name,Note\nAda,"late; ill; gone"\nBen,on time; early\n')).toEqual([
    'Name: Ada · Note: late; ill; gone',
    'Name: Ben · Note: on time; early',
  ])
})

describe('settings keep their section, and the comment that explains them [G141]', () => {
  test.each([
    ['a.ini', '[output]\n; days to keep\nretention = 45\nfolder = "/srv/scans"  ; of the scanner\n'],
    ['a.toml', '[output]\n# days to keep\nretention = 45\nfolder = "/srv/scans" # of the scanner\n'],
    ['a.yaml', 'output:\n  # days to keep\n  retention: 45\n  folder: /srv/scans # of the scanner\n'],
  ])('in %s', async (file, text) => {
    expect(await linesOf(file, text)).toEqual([
      'output · retention: 45 (days to keep)',
      'output · folder: /srv/scans (of the scanner)',
    ])
  })

  test('also without sections, over several lines, and in lists of tables', async () => {
    expect(await linesOf('a.env', 'export PORT=587\nNAME="Ann # B"\n')).toEqual([
      'PORT: 587',
      'NAME: Ann # B',
    ])
    expect(await linesOf('a.properties', 'mail.hosts=a, \\\n  b\n')).toEqual(['mail.hosts: a, b'])
    const upstreams = '[[upstream]]\nname = "eu"\nport = 1_000\n[[upstream]]\nname = "us"\nport = 2_000\n'
    expect(await linesOf('b.toml', upstreams)).toEqual([
      'upstream · eu · port: 1_000',
      'upstream · us · port: 2_000',
    ])
    expect(await parse({ file: 'bad.toml', bytes: new TextEncoder().encode('a = = 1\n') })).toMatchObject({
      reason: expect.stringMatching(/^is not valid TOML: .* on line 1$/u),
    })
  })
})

describe('records of other kinds', () => {
  test('are named by what they hold', async () => {
    const xml =
      '<list><book><title>Moon</title><price currency="EUR">21</price></book><book><title>Sun</title><price>14</price></book></list>'
    expect(await linesOf('a.xml', xml)).toEqual([
      'book · Moon · price: 21 (currency: EUR)',
      'book · Sun · price: 14',
    ])
    const cards = 'BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nTEL;TYPE=work:+33 1\nEND:VCARD\n'
    expect(await linesOf('a.vcf', cards)).toEqual(['Ann · phone work: +33 1'])
    const events =
      'BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Drill\nDTSTART:20240611T100000\nLOCATION:Back\n  yard\nEND:VEVENT\nEND:VCALENDAR\n'
    expect(await linesOf('a.ics', events)).toEqual([
      'Drill · start: 2024-06-11 10:00',
      'Drill · location: Back yard',
    ])
    const nested = 'metadata:\n  name: web\nspec:\n  replicas: 4\n'
    expect(await linesOf('a.yaml', nested)).toContain('web · spec · replicas: 4')
  })
})

describe('light markup', () => {
  const TABLE = ['Port: 22 · Use: SSH', 'Port: 80 · Use: HTTP']

  test.each([
    ['a.org', '#+TITLE: T\n* Ports\n| Port | Use |\n|------+-----|\n| 22 | SSH |\n| 80 | HTTP |\n'],
    ['a.adoc', '= T\n\n== Ports\n\n|===\n|Port |Use\n|22 |SSH\n|80 |HTTP\n|===\n'],
    ['b.adoc', '= T\n\n== Ports\n\n|===\n|Port\n|Use\n\n|22\n|SSH\n\n|80\n|HTTP\n|===\n'],
    [
      'a.rst',
      'Tea\n===\n\nPorts\n-----\n\n+------+------+\n| Port | Use  |\n+======+======+\n| 22   | SSH  |\n+------+------+\n| 80   | HTTP |\n+------+------+\n',
    ],
    [
      'b.rst',
      'Tea\n===\n\nPorts\n~~~~~\n\n====  ====\nPort  Use\n====  ====\n22    SSH\n80    HTTP\n====  ====\n',
    ],
  ])('has headings and tables in %s', async (file, text) => {
    expect(await statementsOf(file, text)).toEqual(TABLE)
    const parsed = await parse({ file, bytes: new TextEncoder().encode(text) })
    expect(parsed).toMatchObject({ passages: [{ trail: ['Ports'] }] })
  })

  test('has tables as directives, indented and with a name in reStructuredText', async () => {
    const listed =
      'Tea\n===\n\n.. list-table:: Ports\n   :header-rows: 1\n\n   * - Port\n     - Use\n   * - 22\n     - ``SSH``\n   * - 80\n     - HTTP\n'
    expect(await statementsOf('a.rst', listed)).toEqual(TABLE.map((row) => `Ports: › ${row}`))
    const separated =
      'Tea\n===\n\n.. csv-table:: Ports\n   :header: "Port", "Use"\n\n   22, "SSH"\n   80, "HTTP"\n\nAfter.\n'
    expect(await statementsOf('b.rst', separated)).toEqual([
      ...TABLE.map((row) => `Ports: › ${row}`),
      'After.',
    ])
    const indented =
      'Tea\n===\n\n.. table:: Ports\n\n   ====  ====\n   Port  Use\n   ====  ====\n   22    SSH\n\n   80    HTTP\n   ====  ====\n\nAfter.\n'
    expect(await statementsOf('c.rst', indented)).toEqual([
      ...TABLE.map((row) => `Ports: › ${row}`),
      'After.',
    ])
    expect(
      await statementsOf('d.rst', '.. list-table::\n\n   * - red\n     - a long\n       cell\n'),
    ).toEqual(['red: a long cell'])
  })

  test('has fields, code and notes', async () => {
    const text =
      'Backup\n======\n\n:full: every Sunday\n\n.. note:: Takes 2 GB.\n\nRun ``zb -x``::\n\n    zb --all\n\nDone.\n'
    expect(await statementsOf('a.rst', text)).toEqual([
      'full: every Sunday',
      'Takes 2 GB.',
      'Run zb -x: › zb --all',
      'Done.',
    ])
  })
})

describe('what is written or said by someone', () => {
  test('in a mail has its sender and date, and what it quotes stays apart', async () => {
    const mail =
      'From: Jonas Weber <jonas@example.org>\nSubject: Kick-off\nDate: Tue, 14 May 2024 09:12:00 +0200\n\nIt is in room Turing.\n\n> It is in room Hopper.\n'
    expect(await linesOf('a.eml', mail)).toEqual([
      'From: Jonas Weber <jonas@example.org>',
      'Subject: Kick-off',
      'Date: Tue, 14 May 2024 09:12:00 +0200',
      'It is in room Turing.',
      'It is in room Hopper.',
    ])
    const parsed = await parse({ file: 'a.eml', bytes: new TextEncoder().encode(mail) })
    expect('passages' in parsed && parsed.passages.at(-1)?.statements.at(-1)?.line).toBe(7)
  })

  test('and a quote that a mail program wrapped is one sentence', async () => {
    const mail =
      'From: ann@example.org\n\nYes.\n\nOn Monday, Ann wrote:\n> The battery must be charged for at least eight\n> hours before it is used for the first time.\n>> Who says\n>> so?\n'
    const found = (await statementsOf('a.eml', mail)).map((one) => one.replace(/^.* › /u, ''))
    expect(found.slice(-2).map((one) => one.replace(/\s+/gu, ' '))).toEqual([
      'The battery must be charged for at least eight hours before it is used for the first time.',
      'Who says so?',
    ])
  })

  test('in subtitles is running text, without numbers and times', async () => {
    const srt =
      '1\n00:00:01,000 --> 00:00:04,200\nYou feed the starter\n\n2\n00:00:04,500 --> 00:00:09,000\nevery twelve hours. Then\n\n3\n00:00:09,500 --> 00:00:11,000\n<i>you wait.</i>\n'
    const said = ['You feed the starter every twelve hours.', 'Then you wait.']
    expect(await statementsOf('a.srt', srt)).toEqual(said)
    expect(await statementsOf('a.vtt', `WEBVTT\n\n${srt.replace(/,/gu, '.')}`)).toEqual(said)
  })

  test('in a notebook is its text, its code and its output [G415]', async () => {
    const notebook = {
      cells: [
        { cell_type: 'markdown', source: ['# Churn\n', '\n', 'We use 48,211 customers.'] },
        { cell_type: 'code', source: 'fit(C=0.5)', outputs: [{ text: ['accuracy: 0.874\n'] }] },
      ],
    }
    expect(await statementsOf('a.ipynb', JSON.stringify(notebook, null, 1))).toEqual([
      'We use 48,211 customers.',
      'fit(C=0.5)',
      'Output › accuracy: 0.874',
    ])
  })

  test('in a log is a line', async () => {
    expect(await statementsOf('a.log', '08:00 INFO boot. ok\n09:13 WARN disk. full\n')).toEqual([
      '08:00 INFO boot. ok',
      '09:13 WARN disk. full',
    ])
  })
})

test('a printed help or manual page has an item for each option and command, with what it means [G224]', async () => {
  const help =
    'Usage: fog [options]\n\nOptions:\n  -V, --version        print the version\n  -r, --region <name>  where to deploy\n                       (default: "eu")\n  -h, --help           print this\n\nCommands:\n  up            start\n  drain <node>  move work off\n                a node\n'
  const items = async (file: string, text: string) =>
    (await statementsOf(file, text))
      .filter((one) => !/\n- /u.test(one))
      .map((one) => one.replace(/\n/gu, ' '))
  expect(await items('help.txt', help)).toEqual([
    'Usage: fog [options]',
    'Options: › -V, --version: print the version',
    'Options: › -r, --region <name>: where to deploy (default: "eu")',
    'Options: › -h, --help: print this',
    'Commands: › up: start',
    'Commands: › drain <node>: move work off a node',
  ])
  const manual = 'OPTIONS\n       -z, --zstd\n              compress\n\n       -k     keep files\n'
  expect(await items('a.txt', manual)).toEqual(['OPTIONS › -z, --zstd: compress', 'OPTIONS › -k: keep files'])
})

test('a table of values has its head where other programs put it [G225]', async () => {
  expect(await statementsOf('a.csv', 'sep=;\nName;Age, in years\nAnn;5,2\n')).toEqual([
    'Name: Ann · Age, in years: 5,2',
  ])
  expect(await statementsOf('b.csv', 'Sales,,\nin EUR,,\n,,\nRegion,1,2024\nNorth,5,6\n')).toEqual([
    'Sales',
    'in EUR',
    'Sales – in EUR › Region: North · 1: 5 · 2024: 6',
  ])
  expect(await statementsOf('c.csv', 'Ann,ann@x.org\nBo,bo@x.org\n')).toEqual([
    'Ann: ann@x.org',
    'Bo: bo@x.org',
  ])
})

describe('text from before UTF-8 is read, and this is said [G142]', () => {
  test.each([
    ['Windows-1252', 'The café opens at 7.', Buffer.from('The caf\xe9 opens at 7.', 'latin1')],
    [
      'Windows-1251',
      'Музей открыт.',
      Buffer.from('cc f3 e7 e5 e9 20 ee f2 ea f0 fb f2 2e'.replace(/ /g, ''), 'hex'),
    ],
    ['GB18030', '我是中国人。', Buffer.from('ced2cac7d6d0b9fac8cba1a3', 'hex')],
    ['Windows-1252', 'He said “no” – twice…', Buffer.from('He said \x93no\x94 \x96 twice\x85', 'latin1')],
    ['Windows-1250', 'Koń leży na łące.', Buffer.from('Ko\xf1 le\xbfy na \xb3\xb9ce.', 'latin1')],
    ['Windows-1253', 'Μικρή ιστορία.', Buffer.from('cce9eaf1de20e9f3f4eff1dfe12e', 'hex')],
    ['KOI8-R', 'Мы тут.', Buffer.from('edd920d4d5d42e', 'hex')],
    ['Shift_JIS', '休館です。', Buffer.from('8b788ad982c582b78142', 'hex')],
    ['EUC-JP', '休館です。', Buffer.from('b5d9b4dba4c7a4b9a1a3', 'hex')],
    ['EUC-KR', '도서관.', Buffer.from('b5b5bcadb0fc2e', 'hex')],
    ['Big5', '我是人。', Buffer.from('a7daac4fa448a143', 'hex')],
  ])('as %s', async (charset, statement, bytes) => {
    expect(await statementsOf('a.txt', bytes)).toEqual([statement])
    const parsed = await parse({ file: 'a.txt', bytes })
    expect(parsed).toMatchObject({ aside: `it is not UTF-8 and was read as ${charset}` })
  })

  test('but bytes that no text has are none', async () => {
    const bytes = Uint8Array.from({ length: 64 }, (_, i) => 255 - i * 3)
    expect(await parse({ file: 'a.txt', bytes })).toEqual({ reason: 'is not UTF-8 text' })
  })
})

test('columns of JSON are the rows of a table, if one of them has figures [G301]', async () => {
  const stops = { town: ['Aldmoor', 'Brinket'], platforms: [2, 6], lift: [false, true] }
  expect(await linesOf('a.json', JSON.stringify({ stops }))).toEqual([
    'stops · Aldmoor · platforms: 2',
    'stops · Aldmoor · lift: false',
    'stops · Brinket · platforms: 6',
    'stops · Brinket · lift: true',
  ])
  for (const pairs of [
    { temperature: [18, 22], humidity: [40, 60] },
    { colors: ['red', 'blue'], sizes: [38, 40] },
  ])
    expect((await linesOf('a.json', JSON.stringify(pairs))).length).toBe(2)
  expect(await linesOf('a.json', JSON.stringify({ pro: ['fast', 'small'], con: ['loud', 'dear'] }))).toEqual([
    'pro: fast, small',
    'con: loud, dear',
  ])
})

test('lines of an item belong to the name that it begins with [G302]', async () => {
  const minutes =
    '1. Path to the mill\n   Cork: wants gravel, about 4,200.\n   DECISION: bark, by three to one.\n\n2. Roof\n   Wren: two quotes are in, both high.\n   DECISION: put off to the March meeting.\n'
  expect(await linesOf('a.txt', minutes)).toEqual([
    'Path to the mill › Cork: wants gravel, about 4,200.',
    'Path to the mill › DECISION: bark, by three to one.',
    'Roof › Wren: two quotes are in, both high.',
    'Roof › DECISION: put off to the March meeting.',
  ])
  const short = '1. Printers\n   The budget is 3,000 euro.\n2. Party\n   It is on 21 June in the garden.\n'
  expect(await linesOf('a.txt', short)).toEqual([
    'Printers › The budget is 3,000 euro.',
    'Party › It is on 21 June in the garden.',
  ])
  const address =
    '1. Main office\n   12 High Street\n   Oxford OX1 2AB\n2. Shop\n   3 Low Road\n   Hull HU1 1AA\n'
  expect((await statementsOf('a.txt', address)).join()).toContain('Main office\n12 High Street')
  const wrapped = '- The mill is closed on the first\n  Monday and all holidays of the\n  County of Kent.\n'
  expect((await statementsOf('a.md', wrapped)).slice(-1)).toEqual([
    'The mill is closed on the first\nMonday and all holidays of the\nCounty of Kent.',
  ])
})

test('what continues an item of AsciiDoc belongs to it [G302]', async () => {
  const steps =
    '. Stop it:\n+\n----\nsystemctl stop pantry\n----\n. Rebuild the index. It takes a while:\n+\n----\npantryctl reindex\n----\n+\nNever stop it then.\n. Start it:\n+\n[source,bash]\n----\nstart now\n\n- all\n----\n\n== Later\n\nRest.\n'
  expect(await linesOf('a.adoc', steps)).toEqual([
    'Stop it › systemctl stop pantry',
    'Rebuild the index.',
    'Rebuild the index. It takes a while › pantryctl reindex',
    'Rebuild the index. It takes a while › Never stop it then.',
    'Start it › start now',
    'Start it › - all',
    'Rest.',
  ])
})

test('of a mail that says to look at its page the page is read [G303]', async () => {
  const mail = (text: string) =>
    `From: a@example.com\nSubject: Bill\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/plain\n\n${text}\n\n--b\nContent-Type: text/html\n\n<p>Dear customer, we thank you for your trust in all of us.</p><p>What you pay this month:</p><table><tr><th>Item</th><th>Amount</th></tr><tr><td>Total due</td><td>£1,184</td></tr></table><p>Thank you.</p>\n--b--\n`
  expect(await linesOf('a.eml', mail('Please view this mail as HTML.'))).toContain(
    'What you pay this month: › Item: Total due · Amount: £1,184',
  )
  const whole = await linesOf(
    'a.eml',
    mail('Dear customer, we thank you for your trust in all of us. Please pay.'),
  )
  expect(whole).toContain('Please pay.')
  expect(whole.join()).not.toContain('Total due')
})
