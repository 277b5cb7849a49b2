import { describe, expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { linesOf, statementsOf } from './statements-of.ts'

/** The statements of a plain text without those that hold several others. */
async function parts(text: string): Promise<string[]> {
  return linesOf('a.txt', text)
}

describe('a label directly below a list begins the next one [G311]', () => {
  test.each([
    [
      'with a name',
      'Monday\n- Staff\n- Dentist\nTuesday\n- Call\n',
      ['Monday › Staff', 'Monday › Dentist', 'Tuesday › Call'],
    ],
    [
      'with a colon',
      'Dates:\n- 1 May\n- 1 June\nRisks:\n- Money\n',
      ['Dates: › 1 May', 'Dates: › 1 June', 'Risks: › Money'],
    ],
    [
      'with numbers',
      'Morning\n1. Staff\n2. Dentist\nEvening\n1. Call\n2. Gym\n',
      ['Morning › Staff', 'Morning › Dentist', 'Evening › Call', 'Evening › Gym'],
    ],
    [
      'above sentences',
      'For four\n- flour\n- 3 eggs\nMethod\nMix all.\nTips\nUse brown flour.\n',
      ['For four › flour', 'For four › 3 eggs', 'Mix all.', 'Use brown flour.'],
    ],
  ])('%s', async (_, text, told) => {
    expect(await parts(text)).toEqual(told)
  })

  test('what is said below the last item is no part of it', async () => {
    expect(await parts('- milk\n- bread\nThe shop is shut on Mondays.\n')).toEqual([
      'milk',
      'bread',
      'The shop is shut on Mondays.',
    ])
  })

  test('but items that go on without indentation are whole', async () => {
    const wrapped =
      '- The mill on the river is closed on the first\nMonday of each month, and on the last day of\nJune.\n- It is open in May.\n'
    expect((await statementsOf('a.txt', wrapped)).slice(1)).toEqual([
      'The mill on the river is closed on the first\nMonday of each month, and on the last day of\nJune.',
      'It is open in May.',
    ])
    const asked = '1. What is the range?\nTen km.\n2. Is it dry?\nYes, to 5 m.\n'
    expect(await parts(asked)).toEqual(['What is the range? › Ten km.', 'Is it dry? › Yes, to 5 m.'])
    const dated = 'The flat that we rented from\n1 May. They left on\n31. August at noon.\n'
    expect((await statementsOf('a.txt', dated)).join('\n')).toContain('31. August at noon.')
    const noted = '- Boil water\nUse a big pot\n- Add salt\n'
    expect((await statementsOf('a.txt', noted)).slice(1)).toEqual(['Boil water\nUse a big pot', 'Add salt'])
  })
})

describe('the version below the items of another one begins the next list [G486]', () => {
  test.each([
    [
      'with a date or none',
      'v2.1 (2024-05-02)\n- Dark mode\n- Fixed: crash\nv2.0 (2024-01-10)\n- New API\nv1.9\n- First\n',
      [
        'v2.1 (2024-05-02) › Dark mode',
        'v2.1 (2024-05-02) › Fixed: crash',
        'v2.0 (2024-01-10) › New API',
        'v1.9 › First',
      ],
    ],
    [
      'in brackets',
      '[2.1.0] - 2024-05-02\n- Dark mode\n[2.0.0] - 3 May 2023\n- New API\n',
      ['[2.1.0] - 2024-05-02 › Dark mode', '[2.0.0] - 3 May 2023 › New API'],
    ],
  ])('%s', async (_, text, told) => {
    expect(await parts(text)).toEqual(told)
  })

  test('but one that a wrapped item goes on with is part of it', async () => {
    const wrapped = 'v2.1\n- Dark mode needs\nv2.0 of the tool\n- Works on\nv1.9\n- Nice\n'
    expect((await statementsOf('a.txt', wrapped)).slice(1)).toEqual([
      'v2.1 › Dark mode needs\nv2.0 of the tool',
      'v2.1 › Works on\nv1.9',
      'v2.1 › Nice',
    ])
  })
})

describe('a rule of dashes is no title for what stands above it [G312]', () => {
  test('below records, sentences and entries it parts them', async () => {
    const records = 'Name: Ann\nCity: Paris\n-----\nName: Bob\nCity: Rome\n-----\nName: Carl\nCity: Oslo\n'
    expect(await parts(records)).toEqual([
      'Name: Ann',
      'City: Paris',
      'Name: Bob',
      'City: Rome',
      'Name: Carl',
      'City: Oslo',
    ])
    const rules =
      'The pool opens in May.\nIt costs 5 EUR.\n-----------\nDogs stay out.\n==========\nSo do cats.\n'
    expect(await parts(rules)).toEqual([
      'The pool opens in May.',
      'It costs 5 EUR.',
      'Dogs stay out.',
      'So do cats.',
    ])
    expect(await parts('Called Acme about it\n---\nThe pump is here\n---\nIt runs\n')).toEqual([
      'Called Acme about it',
      'The pump is here',
      'It runs',
    ])
  })

  test.each([
    'Opening hours\n-------------\nFrom 9 to 5.\n',
    'Hours: summer\n=============\n\nFrom 9 to 5.\n',
    'It is shut.\n\nHours\n---\nFrom 9 to 5.\n',
  ])('a short title above it is one', async (text) => {
    expect(await parts(text)).toContain('From 9 to 5.')
    expect((await parts(text)).join()).not.toContain('ours')
  })

  test('below the names of columns it belongs to a table', async () => {
    expect(await parts('Room    Seats\n-------------\nAspen   14\nBirch   6\n')).toEqual([
      'Room: Aspen · Seats: 14',
      'Room: Birch · Seats: 6',
    ])
  })
})

describe('a title between marks is a heading [G313]', () => {
  test.each([
    '*** Prices ***',
    '=== Prices ===',
    '---------- Prices ----------',
    '>>> Prices <<<',
    '[Prices]',
    'Prices\n~~~~~~',
    '********\n* Prices *\n********',
    '--------\n Prices\n--------',
    '### Prices ###',
  ])('%s', async (head) => {
    expect(await parts(`It rains.\n\n${head}\nAdults: 5 EUR\nDogs: 1 EUR\n`)).toEqual([
      'It rains.',
      'Prices › Adults: 5 EUR',
      'Prices › Dogs: 1 EUR',
    ])
  })

  test.each([
    '[1] See the map.',
    '** a star',
    '*** It is shut. ***',
    '-v --verbose',
    '[x] Paint the hall',
    '--- a/pump.c ---- b',
    '--NextPart--',
  ])('%s is none', async (line) => {
    expect((await parts(`It rains.\n\n${line}\nThe pool is open.\n`)).join()).toContain(
      line.replace(/^\W+| \*+$/gu, ''),
    )
  })

  test('names between brackets are headings if each stands above fields or several paragraphs', async () => {
    expect(await parts('[Pool]\nopens = 9\n\n[Sauna]\nopens = 10\n')).toEqual([
      'Pool › opens = 9',
      'Sauna › opens = 10',
    ])
    const text = '[Fees]\nAdults pay.\n\nDogs are free.\n\n[Hours]\nFrom nine.\n\nShut in May.\n'
    expect((await parts(text)).join()).not.toContain('[')
  })

  test.each([
    'Hello.\n\n[Music]\nWe talk about bees.\n\n[Laughter]\nA hive is full.\n',
    'Hello.\n\n[Music]\nHost: Welcome back.\nGuest: Thank you.\n',
    'Thank you.\n\n[Signature]\nCy Doe\n\nTreasurer of the club\n',
  ])('sounds and places to sign are none: %j', async (text) => {
    const told = (await parts(text)).join('\n')
    for (const line of text.split('\n')) expect(told).toContain(line)
  })
})

describe('numbered and named titles are headings of what stands below [G314]', () => {
  /** What a user sees of each statement: its headings, and it. */
  async function trails(text: string): Promise<string[]> {
    const parsed = await parse({ file: 'a.txt', bytes: new TextEncoder().encode(text) })
    if ('reason' in parsed) throw new Error(parsed.reason)
    return parsed.passages.flatMap((passage) =>
      passage.statements
        .filter(({ kind }) => kind !== 'list')
        .map(({ start, end }) => [...passage.trail, passage.text.slice(start, end)].join(' > ')),
    )
  }

  test.each([
    [
      '1. Prices\n\nThey include VAT.\n\n1.1 Discounts\n\nMembers pay half.\n\n2. Returns\n\nWithin 30 days.\n',
      [
        '1. Prices > They include VAT.',
        '1. Prices > 1.1 Discounts > Members pay half.',
        '2. Returns > Within 30 days.',
      ],
    ],
    [
      '1.1 Scope\nIt covers pumps.\n1.2 Limits\nEight hours a day.\n2 Care\nOil it.\n',
      ['1.1 Scope > It covers pumps.', '1.2 Limits > Eight hours a day.', '2 Care > Oil it.'],
    ],
    [
      '1. Fees\n\n1.1. The fee is 500 EUR.\n\n1.2. It is due in May.\n',
      ['1. Fees > 1.1. The fee is 500 EUR.', '1. Fees > 1.2. It is due in May.'],
    ],
    [
      'I. Methods\nWe asked them.\nII. Results\nA. Men\nHalf agreed.\nB. Women\nAll agreed.\n',
      [
        'I. Methods > We asked them.',
        'II. Results > A. Men > Half agreed.',
        'II. Results > B. Women > All agreed.',
      ],
    ],
    [
      'Article 1 - Fees\n\n(1) It is 50 EUR.\n\nArticle 2 - Notice\n\n(1) Three months.\n',
      ['Article 1 - Fees > (1) It is 50 EUR.', 'Article 2 - Notice > (1) Three months.'],
    ],
    [
      'ARTICLE 4. TERM.\n\nIt ends in May.\n\n§ 5 Board\n\nIt has five members.\n',
      ['ARTICLE 4. TERM. > It ends in May.', '§ 5 Board > It has five members.'],
    ],
    ['Chapter 2\nThe Door\n\nIt rained that night.\n', ['Chapter 2: The Door > It rained that night.']],
    [
      '1. Returns\n\nDo this:\n\n1. Pack it.\n2. Send it.\n\n2. Fees\n\nNone.\n',
      ['1. Returns > Pack it.', '1. Returns > Send it.', '2. Fees > None.'],
    ],
    ['1 Scope\n\nPumps.\n\n2 Care\n\nOil it.\n', ['1 Scope > Pumps.', '2 Care > Oil it.']],
    ['1. SCOPE\n\nIt covers pumps.\n', ['1. SCOPE > It covers pumps.']],
  ])('%s', async (text, told) => {
    expect(await trails(text)).toEqual(told)
  })

  test('the name of a section that a text begins with says what it is about', async () => {
    expect(await parts('Section 4.1 Duration. The term is five years. It begins in May.\n')).toEqual([
      'Section 4.1 Duration. The term is five years.',
      'Section 4.1 Duration › It begins in May.',
    ])
  })

  test.each([
    ['1. Wash it.\n\n2. Dry it.\n\nThen go home.\n', ['Wash it.', 'Dry it.', 'Then go home.']],
    ['1. Apples\n\n2. Pears\n\nThen go home.\n', ['Apples', 'Pears', 'Then go home.']],
    [
      '1. Open the lid\n\n   Mind the steam.\n\n2. Stir\n\n3. Close it\n\nServe.\n',
      ['Open the lid; Mind the steam.', 'Stir', 'Close it', 'Serve.'],
    ],
    ['Article 4 applies to members.\n\nIt rains.\n', ['Article 4 applies to members.', 'It rains.']],
    ['12 High Street\n\nOxford is far.\n', ['12 High Street', 'Oxford is far.']],
    ['2 EGGS\n500 ML MILK\n1 PINCH SALT\n\nMix it.\n', ['2 EGGS', '500 ML MILK', '1 PINCH SALT', 'Mix it.']],
    ['It rains.\n\nJ. SMITH\nDirector\n', ['It rains.', 'J. SMITH', 'Director']],
    ['It rains.\n\nI. NEWTON\nFellow\n', ['It rains.', 'I. NEWTON', 'Fellow']],
    [
      '3 Bikes\n\nSold to Cy on Monday.\n\n4 Helmets\n\nSold to Di on Friday.\n',
      ['3 Bikes', 'Sold to Cy on Monday.', '4 Helmets', 'Sold to Di on Friday.'],
    ],
  ])('what is counted is a list: %s', async (text, told) => {
    expect(await trails(text)).toEqual(told)
  })
})

describe('the columns of a table have their names where its corner is empty, and where years name them [G315]', () => {
  test.each([
    [
      '              Adults    Children\nPool          5 EUR     3 EUR\nSauna         9 EUR     -\n',
      ['Pool · Adults: 5 EUR · Children: 3 EUR', 'Sauna · Adults: 9 EUR · Children: -'],
    ],
    [
      '          Mon    Tue    Wed\nAnn Lee   9-17   9-12   off\nBob Ray   off           9-17\n',
      ['Ann Lee · Mon: 9-17 · Tue: 9-12 · Wed: off', 'Bob Ray · Mon: off · Wed: 9-17'],
    ],
    [
      'Region      2022   2023\nNorth         10     12\nSouth          7      9\n',
      ['Region: North · 2022: 10 · 2023: 12', 'Region: South · 2022: 7 · 2023: 9'],
    ],
    [
      'Region   Q1   Q2\nNorth    10   12\nSouth    7    9\n',
      ['Region: North · Q1: 10 · Q2: 12', 'Region: South · Q1: 7 · Q2: 9'],
    ],
    ['Plan     2023    2024\nFree        0       0\n', ['Plan: Free · 2023: 0 · 2024: 0']],
    // Years and rooms of each row name nothing.
    [
      'Ann    1990    2001\nBob    1987    2004\nCarl   1999    2020\n',
      ['Ann · 1990 · 2001', 'Bob · 1987 · 2004', 'Carl · 1999 · 2020'],
    ],
    [
      'Ann    Room 3    Desk 1\nBob    Room 4    Desk 2\nCarl   Room 3    Desk 5\n',
      ['Ann · Room 3 · Desk 1', 'Bob · Room 4 · Desk 2', 'Carl · Room 3 · Desk 5'],
    ],
  ])('%s', async (text, told) => {
    expect(await parts(text)).toEqual(told)
  })
})

describe('lettered and roman items stand in the item above them [G316]', () => {
  test.each([
    [
      '1) Scope\na) Pumps\nb) Valves\n2) Limits\na) 8 hours\n',
      ['Scope › a) Pumps', 'Scope › b) Valves', 'Limits › a) 8 hours'],
    ],
    [
      'A) North\n   1) Oslo\n   2) Bergen\nB) South\n   1) Rome\n',
      ['A) North › Oslo', 'A) North › Bergen', 'B) South › Rome'],
    ],
    [
      'A) North\n1) Oslo\n2) Bergen\nB) South\n1) Rome\n',
      ['A) North › Oslo', 'A) North › Bergen', 'B) South › Rome'],
    ],
    [
      '1. Bake it.\n   a. Check after 30.\n   b. Turn once.\n2. Serve.\n',
      ['Bake it.', 'Bake it. › a. Check after 30.', 'Bake it. › b. Turn once.', 'Serve.'],
    ],
    [
      'The kit has:\n(a) a pump; and\n(b) a hose:\n    (i) long\n    (ii) short\n',
      [
        'The kit has: › (a) a pump; and',
        'The kit has: – (b) a hose › (i) long',
        'The kit has: – (b) a hose › (ii) short',
      ],
    ],
    ['a. red\nb. blue\n\ni. first\nii. second\n', ['a. red', 'b. blue', 'i. first', 'ii. second']],
  ])('%s', async (text, told) => {
    expect(await parts(text)).toEqual(told)
  })

  test('but a line that happens to begin with a letter is none', async () => {
    const text = 'He met her at the\na. m. train. She was late.\n'
    expect((await statementsOf('a.txt', text)).join('\n')).not.toContain('- a.')
    expect(await parts('(1) Anyone may join.\n\n(2) Nobody must.\n')).toEqual([
      '(1) Anyone may join.',
      '(2) Nobody must.',
    ])
    expect(await parts('1. Wash it.\n2. Dry it.\n\nThe colours:\na) red\nb) blue\n')).toEqual([
      'Wash it.',
      'Dry it.',
      'The colours: › a) red',
      'The colours: › b) blue',
    ])
  })
})

describe('what only printed pages need is no text [G317]', () => {
  test('a table of contents, whose titles are headings below', async () => {
    const dots =
      'Table of Contents\n\n   1.  Basics ....... 2\n   2.  Safety ....... 3\n\n1.  Basics\n\n   It listens.\n'
    expect(await statementsOf('a.txt', dots)).toEqual(['It listens.'])
    const names =
      'Contents\n--------\n1. Basics\n2. Safety\n\n1. Basics\n\nIt listens.\n\n2. Safety\n\nKeys are long.\n'
    expect(await statementsOf('a.txt', names)).toEqual(['It listens.', 'Keys are long.'])
    expect(await parts('Contents\n\n- a pump\n- a hose\n')).toEqual([
      'Contents › a pump',
      'Contents › a hose',
    ])
  })

  test('but what it says besides is told, and so are items that stand again elsewhere', async () => {
    const called =
      'Contents\nOpening hours\nPrices\nCall 030 1234 to book groups\n\nOpening hours\n\nFrom nine.\n\nPrices\n\nIt is 5 EUR.\n'
    expect(await parts(called)).toEqual(['Call 030 1234 to book groups', 'From nine.', 'It is 5 EUR.'])
    expect((await parts('Contents\n\n- a pump\n- a hose\n\nTo buy\n\n- a pump\n- a hose\n')).length).toBe(4)
  })

  test.each([
    'A client says hello and if no\n\n\n\nDoe         Standards Track        [Page 1]\n\f\nRFC 9        The Foo Protocol       March 2024\n\n\nreply comes, it waits.\n',
    'A client says hello and if no\n\nDoe        Standards Track        [Page 1]\n\nRFC 9        The Foo Protocol       March 2024\n\nreply comes, it waits.\n',
    'A client says hello and if no\n\freply comes, it waits.\n',
    'Tea.\n\nPumps\n\fPumps\n\nA client says hello and if no\n\nPage 2 of 3\n\nreply comes, it waits.\n',
  ])('lines of pages, between the halves of a sentence: %j', async (text) => {
    const parsed = await parse({ file: 'a.txt', bytes: new TextEncoder().encode(text) })
    if ('reason' in parsed) throw new Error(parsed.reason)
    const told = parsed.passages.map((passage) => passage.text).join('\n')
    expect(told).toContain('A client says hello and if no\nreply comes, it waits.')
    expect(told).not.toMatch(/Page|RFC/u)
  })

  test.each([
    [
      'Invoice 1001\nTotal: 120 EUR\n\fInvoice 1002\nTotal: 80 EUR\n\fInvoice 1003\nTotal: 80 EUR\n\fInvoice 1004\nTotal: 80 EUR\n',
      [1001, 1002, 1003, 1004].flatMap((n) => [`Invoice ${n}`, `Total: ${n === 1001 ? 120 : 80} EUR`]),
    ],
    [
      'The harvest was good in\n2022\n\fWe sold most of it in\n2023\n\fIt rained.\n',
      ['The harvest was good in', '2022', 'We sold most of it in', '2023', 'It rained.'],
    ],
    [
      'Rain.\n\n7\n\fSnow.\n\n12\n\fApple   5 EUR   in 2023\n',
      ['Rain.', '7', 'Snow.', '12', 'Apple   5 EUR   in 2023'],
    ],
    [
      'Room   101\n\fRoom   102\n\fRoom   103\n\fRoom   104\n',
      ['Room: 101', 'Room: 102', 'Room: 103', 'Room: 104'],
    ],
    ['Rain.\n\n7\n\fSnow.\n\n8\n\fHail.\n', ['Rain.', 'Snow.', 'Hail.']],
    [
      'Rain.\n\nPump guide | Page 1\n\fSnow.\n\nPump guide | Page 2\n\fHail.\n',
      ['Rain.', 'Pump guide | Page 1', 'Snow.', 'Hail.'],
    ],
  ])('but what differs at the ends of pages is said: %j', async (text, told) => {
    expect(await parts(text)).toEqual(told)
  })

  test('the lines below keep their numbers', async () => {
    const text = 'It is 5 EUR.\n\nDoe    Track    [Page 1]\n\f\n\nIt is open.\n'
    const parsed = await parse({ file: 'a.txt', bytes: new TextEncoder().encode(text) })
    expect(
      'reason' in parsed
        ? []
        : parsed.passages.flatMap(({ statements }) => statements.map(({ line }) => line)),
    ).toEqual([1, 6])
  })
})

describe('numbers at the start of lines stay as they are written [G318]', () => {
  test('years and figures in a sentence', async () => {
    expect(await statementsOf('a.txt', 'Our plant:\n\n1986. It was built.\n1990. It was sold.\n')).toEqual([
      'Our plant:',
      '1986. It was built.',
      '1990. It was sold.',
    ])
    const wrapped =
      'The deposit that we paid to you for the flat was EUR\n1. 200 and you said that you would return it within\n30. days. We ask you for it.\n'
    expect(await statementsOf('a.txt', wrapped)).toEqual([
      wrapped.slice(0, wrapped.indexOf(' We ask')),
      'We ask you for it.',
    ])
    expect(await parts('1. Run.\n2. Jump.\n\n10. is the number of the bus.\n')).toEqual([
      'Run.',
      'Jump.',
      '10. is the number of the bus.',
    ])
  })

  test.each([
    ['1. Boil it.\n2. Stir it.\n10. Serve it.\n9. Eat it.\n', '\n\n10. Serve it.\n\n9. Eat it.'],
    ['3. Boil it.\n4. Stir it.\n10. Serve it.\n', '3. Boil it.\n4. Stir it.\n\n10. Serve it.'],
  ])('numbers of lists that do not count on: %j', async (text, told) => {
    const parsed = await parse({ file: 'a.txt', bytes: new TextEncoder().encode(text) })
    expect('reason' in parsed ? '' : parsed.passages.map((one) => one.text).join('\n')).toContain(told)
  })

  test('but lists are lists', async () => {
    const text = 'All of this has to be there before we leave the hall\n1. milk\n2. eggs\n'
    expect((await parts(text)).slice(-2)).toEqual(['milk', 'eggs'])
    expect(await parts('1. one\n1. two\n1. three\n')).toEqual(['one', 'two', 'three'])
  })
})

test.each([
  ['blank', `Page 2\n${'\n'.repeat(100_000)}The end.`],
  ['brackets', `- a\n${'('.repeat(300_000)}\nThe end.`],
  ['stars', `${'*'.repeat(300_000)} a ${'='.repeat(300_000)}\n\nThe end.`],
  [
    'contents',
    `${Array.from({ length: 4_000 }, (_, i) => `Contents\n\na${i} .... 2\nb${i} .... 3\n\n`).join('')}The end.`,
  ],
  ['numbers', `${`${'1.'.repeat(4)}1 A ${'B.1 '.repeat(97)}\n`.repeat(2_000)}\n\nThe end.`],
  ['spaced numbers', `${`1 ${' '.repeat(390)}A\n`.repeat(2_000)}\n\nThe end.`],
  ['page ends', `${`page 1${' page'.repeat(38)}\n\f`.repeat(4_000)}\n\nThe end.`],
  ['brackets with names', `${`[Music]\n${'a: '.repeat(66)}.\n\n`.repeat(3_000)}\n\nThe end.`],
])(
  'a long text of %s is read at once',
  async (_, text) => {
    const start = process.cpuUsage().user
    expect((await statementsOf('a.txt', text)).join('\n')).toContain('The end.')
    expect((process.cpuUsage().user - start) / 1_000).toBeLessThan(8_000)
  },
  60_000,
)

describe('lines of a form that are drawn in columns are one record each [G443]', () => {
  test('a blank line parts them, and each is told whole', async () => {
    const text = 'Name:   Kari Moe\nRole:   Chair\n\nName:   Finn Lund\nRole:   Treasurer\n'
    const told = await statementsOf('board.txt', text)
    expect(told).toContain('Name:   Finn Lund\nRole:   Treasurer')
    expect(told).not.toContain('Name: Finn Lund')
  })

  test('columns without colons stay a table', async () => {
    const text = 'Kari Moe     Chair\nFinn Lund    Treasurer\nSiri Aas     Secretary\n'
    expect(await parts(text)).toEqual(['Kari Moe: Chair', 'Finn Lund: Treasurer', 'Siri Aas: Secretary'])
  })
})
