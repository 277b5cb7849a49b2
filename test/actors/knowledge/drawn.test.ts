import { describe, expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { linesOf, partsOf, statementsOf } from './statements-of.ts'

describe('a table that is drawn with characters is a table [G230]', () => {
  const ROWS = ['Port: 22 · Use: SSH', 'Port: 80 · Use: plain HTTP']

  test('also above a rule and a note, with figures in the names of its columns', async () => {
    const tides =
      'Day       High 1   Low 1\n------------------------\nFriday    06:41    12:55\nSaturday  07:29    01:10\n------------------------\nHeights are not corrected.\n'
    expect(await partsOf('tides.txt', tides)).toEqual([
      'Day: Friday · High 1: 06:41 · Low 1: 12:55',
      'Day: Saturday · High 1: 07:29 · Low 1: 01:10',
      'Heights are not corrected.',
    ])
  })

  test('below its name in capitals', async () => {
    const rows = 'Date      High 1   Low 1\n08 Jun    06:41    12:55\n09 Jun    07:29    01:10\n'
    const parsed = await parse({
      file: 'a.txt',
      bytes: new TextEncoder().encode(`NORTH PIER\n${rows}\nSOUTH PIER\n${rows}`),
    })
    expect('reason' in parsed ? [] : parsed.passages.map(({ trail }) => trail)).toEqual([
      ['NORTH PIER'],
      ['SOUTH PIER'],
    ])
  })

  test.each([
    ['by a database', ' Port |    Use\n------+------------\n   22 | SSH\n   80 | plain HTTP\n(2 rows)\n'],
    [
      'with boxes of signs',
      '+------+------------+\n| Port | Use        |\n+------+------------+\n|   22 | SSH        |\n|   80 | plain HTTP |\n+------+------------+\n',
    ],
    [
      'with rows of several lines',
      '+------+-------+\n| Port | Use   |\n+======+=======+\n| 22   | SSH   |\n+------+-------+\n| 80   | plain |\n|      | HTTP  |\n+------+-------+\n',
    ],
    [
      'with lines of boxes',
      '┌──────┬──────┐\n│ Port │ Use  │\n├──────┼──────┤\n│ 22   │ SSH  │\n│ 80   │ plain HTTP │\n└──────┴──────┘\n',
    ],
    ['with rules above columns', 'Port  Use\n----  ----------\n22    SSH\n80    plain\n      HTTP\n'],
    ['with spaces', 'PORT  USE\n22    SSH\n80    plain HTTP\n'],
    ['as in Markdown', 'Port | Use\n:--- | ---\n22 | SSH\n80 | plain HTTP\n'],
  ])('%s', async (_, table) => {
    for (const [file, text] of [
      ['a.txt', `Open ports\n${table}`],
      ['a.md', `Open ports:\n\n\`\`\`\n${table}\`\`\`\n`],
      ['a.eml', `Subject: Ports\n\n${table}`],
    ] as const) {
      const found = (await partsOf(file, text)).map((one) =>
        one
          .replace(/^.* › /u, '')
          .replace('PORT', 'Port')
          .replace('USE', 'Use'),
      )
      expect(found.filter((one) => /22|80|Port.*Use/u.test(one))).toEqual(ROWS)
    }
  })

  test('also where cells are empty, stand at the right, or are written once for several rows', async () => {
    const text =
      'Day     Course         Fee\nMonday  Pottery     12 EUR\n        Spanish      8 EUR\nFriday  Yoga\n'
    expect(await partsOf('a.txt', text)).toEqual([
      'Day · Course · Fee',
      'Monday · Pottery · 12 EUR',
      'Monday · Spanish · 8 EUR',
      'Friday: Yoga',
    ])
    expect(
      await partsOf('b.md', '| Day | Course | Room |\n|---|---|---|\n| Mon | Yoga | 2 |\n| | Judo | 3 |\n'),
    ).toEqual(['Day: Mon · Course: Yoga · Room: 2', 'Day: Mon · Course: Judo · Room: 3'])
  })

  test('but sentences, commands and lists are none', async () => {
    const prose = 'It rained.  Nobody came.\nWe left early.  The bus was late,\nas always.  So it goes.\n'
    expect(await partsOf('a.txt', prose)).toContain('Nobody came.')
    const commands = '```\ncat a | sort\nls\ncat b | sort | head -n 5\n```\n'
    expect(await partsOf('a.md', commands)).toEqual(['cat a | sort', 'ls', 'cat b | sort | head -n 5'])
  })
})

describe('a name above some rows of a drawn table is that of their group [G487]', () => {
  test.each([
    [
      'in capitals',
      'MENU\n\nSTARTERS\nSoup                4.50\nSalad               5.20\nMAINS\nSteak              18.00\n',
      ['STARTERS › Soup: 4.50', 'STARTERS › Salad: 5.20', 'MAINS › Steak: 18.00'],
    ],
    [
      'with a number',
      'Week 1\nMon  Soup  Bread\nTue  Fish  Rice\nWeek 2\nMon  Pasta  Salad\nTue  Pie  Beans\n',
      [
        'Week 1 › Mon · Soup · Bread',
        'Week 1 › Tue · Fish · Rice',
        'Week 2 › Mon · Pasta · Salad',
        'Week 2 › Tue · Pie · Beans',
      ],
    ],
    [
      'like the one above the first row',
      'Cold\nDish      Small   Large\nSoup      4.50    6\nSalad     5.20    7\nWarm\nSteak     8       9\nRice      3       5\n',
      [
        'Cold › Dish: Soup · Small: 4.50 · Large: 6',
        'Cold › Dish: Salad · Small: 5.20 · Large: 7',
        'Warm › Dish: Steak · Small: 8 · Large: 9',
        'Warm › Dish: Rice · Small: 3 · Large: 5',
      ],
    ],
  ])('%s', async (_, text, told) => {
    expect(await linesOf('a.txt', text)).toEqual(told)
  })

  test('but a name that was wrapped is none', async () => {
    const wrapped =
      'Our menu\nSoup                4.50\nGrilled salmon fillet\nRice and lemon     18.00\nSalad               5.20\nTea                 2\n'
    const found = await linesOf('a.txt', wrapped)
    expect(found).toContain('Salad: 5.20')
    expect(found.join('\n')).not.toContain('fillet ›')
  })
})

describe('plain text shows by its indentation what belongs together [G231]', () => {
  test('a term and what it means', async () => {
    const text =
      'Terms\n\nHalyard\n    The rope that\n    hoists a sail.\n\nKeel\n    The fin below the hull.\n'
    expect((await partsOf('a.txt', text)).map((one) => one.replace(/^.* › /u, ''))).toEqual([
      'Halyard:\nThe rope that\nhoists a sail.',
      'Keel:\nThe fin below the hull.',
    ])
  })

  test('lines below the line that they stand under', async () => {
    const text = 'Director: Ilse\n    Sales: Fiona\n        Field: Luca\n    Plant: Karim\n'
    expect(await partsOf('a.txt', text)).toEqual([
      'Director: Ilse',
      'Director: Ilse › Sales: Fiona',
      'Director: Ilse – Sales: Fiona › Field: Luca',
      'Director: Ilse › Plant: Karim',
    ])
  })

  test('but a paragraph that hangs is one', async () => {
    const text = 'The parties agree on the following terms, namely\n   that the rent is due in May.\n'
    expect(await partsOf('a.txt', text)).toEqual([text.trim().replace(/\n\s+/u, '\n')])
  })

  test('and a few words alone above a text are its heading', async () => {
    const text = 'Hours of the pool\n\nMon: 7 to 9\nTue: 8 to 9\n\nApples\n\nPears\n\nPlums\n'
    expect(await statementsOf('a.txt', text)).toEqual([
      'Hours of the pool › Mon: 7 to 9\nTue: 8 to 9',
      'Hours of the pool › Mon: 7 to 9',
      'Hours of the pool › Tue: 8 to 9',
      'Hours of the pool › Apples',
      'Hours of the pool › Pears',
      'Hours of the pool › Plums',
    ])
  })
})

describe('a table of separated values [G232]', () => {
  test('may be several, below blank lines, each with its head', async () => {
    const text = 'Sales\nRegion,Units\nNorth,120\n\nStaff\nRegion,People,Head\nNorth,14,Ann\n\nSouth,9,Ben\n'
    expect(await statementsOf('a.csv', text)).toEqual([
      'Sales',
      'Sales › Region: North · Units: 120',
      'Staff',
      'Staff › Region: North · People: 14 · Head: Ann',
      'Staff › Region: South · People: 9 · Head: Ben',
    ])
  })

  test('has the units of its columns in a row below their names', async () => {
    const text = 'field,crop,area,yield\n,,ha,t/ha\nCreek,oats,8.0,4.9\n'
    expect(await statementsOf('a.csv', text)).toEqual([
      'field: Creek · crop: oats · area (ha): 8.0 · yield (t/ha): 4.9',
    ])
    expect(await statementsOf('b.csv', 'name,size\n,big\nAnn,small\n')).toHaveLength(2)
  })

  test('has its groups of columns above the names', async () => {
    const rows = [
      'Set: Basic · Adults 1 day: 28 · Adults 6 days: 120 · Children 1 day: 15 · Children 6 days: 62',
    ]
    expect(
      await statementsOf('a.csv', ',Adults,,Children,\nSet,1 day,6 days,1 day,6 days\nBasic,28,120,15,62\n'),
    ).toEqual(rows)
    const cells = (tag: string, ...all: string[]) =>
      `<tr>${all.map((one) => `<td${tag}>${one}</td>`).join('')}</tr>`
    const spans = '<tr><td></td><td colspan="2">Adults</td><td colspan="2">Children</td></tr>'
    const table = `<table>${spans}${cells('', 'Set', '1 day', '6 days', '1 day', '6 days')}${cells('', 'Basic', '28', '120', '15', '62')}</table>`
    expect(await statementsOf('a.html', table)).toEqual(rows)
  })
})

test('a record keeps what an alias stands for, and a word that goes on with the key before it', async () => {
  const yaml =
    'base: &base\n  retries: 3\n  timeout: 20s\nmail:\n  <<: *base\n  timeout: 45s\n  copy: *base\n'
  expect((await partsOf('a.yaml', yaml)).filter((one) => one.includes('mail ·'))).toEqual([
    'mail · timeout: 45s',
    'mail · copy · retries: 3',
    'mail · copy · timeout: 20s',
    'mail · retries: 3',
  ])
  const bomb = [
    'a: &a [x, x]',
    ...'bcdefghijklmnop'.split('').map((key, i) => {
      const before = 'abcdefghijklmno'.charAt(i)
      return `${key}: &${key} [*${before}, *${before}, *${before}, *${before}]`
    }),
  ].join('\n')
  expect((await statementsOf('b.yaml', bomb)).length).toBeLessThan(2_000)
  expect(await partsOf('a.json', '{"name":"Tharsa","discovered":1968,"by":"Y. Moreau"}')).toEqual([
    'Tharsa · discovered: 1968',
    'Tharsa · discovered by: Y. Moreau',
  ])
})

test('what people say to each other is a message each, and one may answer another', async () => {
  const chat =
    '{"from":"Ada","text":"Where is the key?"}\n{"from":"Bo","text":"In the blue teapot."}\n{"from":"Ada","text":"Thanks."}\n'
  expect(await statementsOf('a.jsonl', chat)).toEqual([
    'Ada: Where is the key? › Bo: In the blue teapot.',
    'Ada: Thanks.',
  ])
  const inner =
    '{"messages":[{"role":"user","content":"Hello.","id":7},{"role":"agent","content":"Good day.","id":8}]}'
  expect(await statementsOf('b.json', inner)).toEqual(['id 7 · user: Hello.', 'id 8 · agent: Good day.'])
  const questions = '[{"question":"Is it free?","answer":"No."},{"question":"Is it red?","answer":"Yes."}]'
  expect(await partsOf('c.json', questions)).toContain('Is it red? · answer: Yes.')
})

test('a line above a list is its heading in plain text', async () => {
  expect(await statementsOf('a.txt', 'Release notes\n\nv2.14 (12 Feb)\n * Export to SVG\n')).toEqual([
    'Release notes – v2.14 (12 Feb) › Export to SVG',
  ])
})

test('notes and warnings of Markdown are text without their marks', async () => {
  expect(
    await statementsOf('a.md', '> [!WARNING]\n> Keep it dry.\n\n!!! note "Downtime"\n    It takes 40 s.\n'),
  ).toEqual(['Keep it dry.', 'Downtime: › It takes 40 s.'])
  expect(await statementsOf('b.md', ':::tip\nUse gloves.\n:::\n')).toEqual(['Use gloves.'])
})

test('LaTeX has its headings, lists, tables and words', async () => {
  const text =
    '\\documentclass{article}\n\\title{On lichens}\n\\author{M. Oduya}\n\\begin{document}\n\\maketitle\n\\section{Results}\\label{r}\nThey grew by \\textbf{0.7\\,mm} in M\\"unchen~\\cite{x}. % check\nCosts are 50\\% lower.\n\\begin{description}\n\\item[Basalt] a dark rock\n\\end{description}\n\\begin{tabular}{ll}\nSite & Cover \\\\ \\hline\nRidge & 18\\% \\\\\n\\end{tabular}\n\\begin{verbatim}\nrun --all % now\n\\end{verbatim}\n\\end{document}\n'
  expect((await statementsOf('a.tex', text)).map((one) => one.replace(/^Results › /u, ''))).toEqual([
    'Author: M. Oduya',
    'They grew by 0.7 mm in München.',
    'Costs are 50% lower.',
    'Basalt: a dark rock',
    'Site: Ridge · Cover: 18%',
    'run --all % now',
  ])
  const short = 'Before.\n\\begin{tabular}{ll} Ridge & 18\\% \\\\ \\end{tabular}\nThe end.\n'
  const parsed = await parse({ file: 'a.tex', bytes: new TextEncoder().encode(short) })
  const all = 'reason' in parsed ? [] : parsed.passages.flatMap(({ statements }) => statements)
  expect(all.at(-1)?.line).toBe(3)
  expect(await statementsOf('a.tex', short)).toContain('Ridge · 18%')
})

test('a line below indented ones belongs to none of their names, and begins a block above others [G494]', async () => {
  const devices =
    'Router\n  IP: 192.168.0.1\n  User: admin\nPrinter\n  IP: 192.168.0.9\n  PIN: 4455\nLandlord: Mr. Ott\n'
  expect(await linesOf('a.txt', devices)).toEqual([
    'Router › IP: 192.168.0.1',
    'Router › User: admin',
    'Printer › IP: 192.168.0.9',
    'Printer › PIN: 4455',
    'Landlord: Mr. Ott',
  ])
})

test('but a text whose first line is further in stays under its heading [G494]', async () => {
  const text = 'INTRODUCTION\n  The first line of a text is indented\nand goes on here. It ends.\n'
  expect(await statementsOf('a.txt', text)).toEqual([
    'The first line of a text is indented\nand goes on here.',
    'It ends.',
  ])
  const one = 'Router\n  IP: 192.168.0.1\n  User: admin\n'
  expect(await linesOf('a.txt', one)).toEqual(['Router › IP: 192.168.0.1', 'Router › User: admin'])
})

describe('in a drawn table [G505]', () => {
  const CARS =
    'POOL CARS                        as of 1 Sept\n---------------------------------------------\nCar              Plate      Fuel      Seats\n---------------------------------------------\nCaddy            HP 77      diesel    5\nMercedes Sprinter\n (long)          HP 318     diesel    3\nZoe              HP 402     electric  5\n---------------------------------------------\n'

  test('a line above the rule over the heads names no columns, and a name goes on below', async () => {
    const rows = await statementsOf('cars.txt', CARS)
    expect(rows).toContain('Car: Caddy · Plate: HP 77 · Fuel: diesel · Seats: 5')
    expect(rows).toContain('Car: Mercedes Sprinter (long) · Plate: HP 318 · Fuel: diesel · Seats: 3')
    expect(rows.join(' ')).not.toContain('as of 1 Sept: ')
  })

  test.each([
    [
      'where other names begin in small letters too',
      'key          value\n-----------  -----\ntimeout\nretries      3\nDelay        4\nHost         b\n',
      ['key: timeout', 'key: retries · value: 3', 'key: Delay · value: 4', 'key: Host · value: b'],
    ],
    [
      'of the group above',
      'Item         Qty   Price\nFruit\napple        3     1.20\npear         2     0.80\nNuts\nwalnut       5     0.50\nhazel        1     1.10\n',
      [
        'Item · Qty · Price',
        'Fruit › apple · 3 · 1.20',
        'Fruit › pear · 2 · 0.80',
        'Nuts › walnut · 5 · 0.50',
        'Nuts › hazel · 1 · 1.10',
      ],
    ],
    [
      'in brackets, as the next one is',
      'Item         Qty   Price\nShirts\n(cotton)     3     1.20\n(linen)      2     0.80\n',
      ['Item · Qty · Price', 'Shirts › (cotton) · 3 · 1.20', 'Shirts › (linen) · 2 · 0.80'],
    ],
  ])('but a name below a lone one is its own %s', async (_, table, told) => {
    expect(await statementsOf('table.txt', table)).toEqual(told)
  })

  test('but a row with figures between rules is no head', async () => {
    const bill =
      'Invoice line     Amount\n-------------------------------\nWeb design   10 h   900.00\n-------------------------------\nNet                 900.00\nVAT 19 %            171.00\nTotal              1071.00\n'
    const receipt =
      'Item  Price\n-------------------\nCoffee   2 x 1.50  3.00\n-------------------\nTotal  3.00\n'
    for (const text of [bill, receipt])
      expect((await statementsOf('bill.txt', text)).join('\n')).not.toMatch(/(?:Web design|Coffee): /u)
  })

  test('but a single row between rules is a row', async () => {
    const sums = 'Item       Price\n----------------\nTea           30\n----------------\nTotal         30\n'
    expect(await statementsOf('sums.txt', sums)).toEqual(['Item: Tea · Price: 30', 'Item: Total · Price: 30'])
  })
})
