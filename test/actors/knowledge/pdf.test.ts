import { describe, expect, test } from 'vitest'
import { minimalPdf, type PdfExtras, type PdfText, rows } from './minimal-pdf.ts'
import { statementsOf } from './statements-of.ts'

/** The statements of a PDF of one page. */
const read = (texts: readonly PdfText[], extras?: PdfExtras) =>
  statementsOf('a.pdf', minimalPdf([texts], extras))

describe('lists of a PDF', () => {
  test('[G357] whose marks are drawn apart from their text are items under their lead', async () => {
    const bullets = [
      [72, 716, 'Visitors must:'],
      ...rows(
        [85, 103],
        ['wear a badge', 'leave phones at the desk'].map((text) => ['•', text]),
      ),
      [103, 668, 'that is near the door'],
      [72, 640, 'All rooms close at 18:00.'],
    ] as const
    expect(await read(bullets)).toEqual([
      'Visitors must:\n- wear a badge\n- leave phones at the desk that is near the door',
      'Visitors must: › wear a badge',
      'Visitors must: › leave phones at the desk that is near the door',
      'All rooms close at 18:00.',
    ])
  })

  test('[G357] with numbers or letters, as clauses of a contract have them', async () => {
    const clauses: PdfText[] = [
      ...rows(
        [72, 94],
        [
          ['1.', 'The tenant pays rent by the third working day'],
          ['', 'of each month.'],
        ],
      ),
      ...rows(
        [72, 94],
        [
          ['2.', 'The deposit is three months of rent.'],
          ['(a)', 'Damage is deducted.'],
        ],
        668,
      ),
      ...rows(
        [72, 104],
        [
          ['2.1', 'The landlord repairs the roof.'],
          ['2.2', 'The tenant cleans the gutters.'],
        ],
        600,
      ),
    ]
    expect((await read(clauses.filter(([, , text]) => text !== ''))).slice(1)).toEqual([
      'The tenant pays rent by the third working day of each month.',
      'The deposit is three months of rent.',
      'The deposit is three months of rent. › Damage is deducted.',
      '2.1 The landlord repairs the roof.',
      '2.2 The tenant cleans the gutters.',
    ])
  })

  test('[G357] but a table whose first column has numbers is none', async () => {
    const numbered = [
      ['No.', 'Article'],
      ['1.', 'Screws'],
      ['2.', 'Bolts'],
    ]
    expect(await read(rows([72, 140], numbered))).toEqual([
      'No.: 1. · Article: Screws',
      'No.: 2. · Article: Bolts',
    ])
    const figures = [
      ['Weight', 'Plant'],
      ['2.1', 'Apple'],
      ['3.4', 'Pear'],
    ]
    expect(await read(rows([72, 125], figures))).toEqual([
      'Weight: 2.1 · Plant: Apple',
      'Weight: 3.4 · Plant: Pear',
    ])
  })

  test('[G357] and neither is a table whose first column has ticks below a head', async () => {
    const places = [60, 120, 220]
    const prices = [
      ['WiFi', 'Room', 'Price'],
      ['•', 'Blue', '90'],
      ['', 'Green', '70'],
      ['•', 'Red', '110'],
    ].map((row) => row.map((text, i) => [places[i] ?? 0, text] as const).filter(([, text]) => text !== ''))
    const drawn = prices.flatMap((row, i) => row.map(([x, text]): PdfText => [x, 720 - 16 * i, text]))
    expect(await read(drawn)).toEqual([
      'WiFi: • · Room: Blue · Price: 90',
      'Room: Green · Price: 70',
      'WiFi: • · Room: Red · Price: 110',
    ])
    // Two columns are enough.
    expect(await read(drawn.filter(([x]) => x < 220))).toEqual([
      'WiFi: • · Room: Blue',
      'Room: Green',
      'WiFi: • · Room: Red',
    ])
  })

  test('[G357] while bullets before the rows of a table are no cells', async () => {
    const days = [
      ['•', 'Monday', '9 to 17'],
      ['•', 'Sunday', 'closed'],
    ]
    const heads: PdfText[][] = [
      [],
      [
        [72, 716, 'Our opening hours'],
        [220, 716, 'Hours'],
      ],
      [
        [72, 732, 'To'],
        [90, 732, 'all guests'],
        [72, 716, 'These are the hours of the pool.'],
      ],
    ]
    for (const head of heads) {
      const told = (await read([...head, ...rows([72, 90, 220], days)])).join('\n')
      expect(told).toContain('Monday')
      expect(told).not.toContain('•')
    }
  })
})

describe('raised letters of a PDF', () => {
  const raised = (before: string, width: number, mark: string, after: string): PdfText[] => [
    [72, 700, before],
    [72 + width, 704, mark, { size: 7 }],
    [72 + width + 11, 700, after],
  ]

  test.each([
    ['The plant employs 250', 111.3, '3', 'people.', 'The plant employs 250 people.'],
    ['It covers 40 m', 69.1, '2', 'of land.', 'It covers 40 m² of land.'],
    ['It opens on the 1', 82, 'st', 'of May.', 'It opens on the 1st of May.'],
    ['It costs $19', 56.3, '99', 'in May.', 'It costs $19.99 in May.'],
  ])(
    '[G358] the mark of a footnote joins no number, and a power stays: %s',
    async (before, width, mark, after, told) => {
      expect(await read(raised(before, width, mark, after))).toEqual([told])
    },
  )

  test('[G358] and a footnote is told without its mark', async () => {
    const note = await read([
      [72, 700, 'Overtime is paid at 150%.'],
      [72, 104, '1', { size: 6 }],
      [76, 101, 'On Sundays it is 200%.', { size: 8 }],
    ])
    expect(note).toEqual(['Overtime is paid at 150%.', 'On Sundays it is 200%.'])
  })
})

describe('columns of running text of a PDF', () => {
  test('[G362] are read one after the other, also where their lines stand side by side', async () => {
    const ferry = [
      ['The ferry to Skerry runs daily', 'deck. A dog travels for a fare of'],
      ['from May to September. It takes', 'two pounds each way, and must'],
      ['40 passengers. Bicycles are free', 'be kept on a lead at all times.'],
      ['of charge. Dogs lie on the open', 'Tickets are sold on board.'],
    ]
    expect(await read(rows([72, 320], ferry))).toEqual([
      'The ferry to Skerry runs daily from May to September.',
      'It takes 40 passengers.',
      'Bicycles are free of charge.',
      'Dogs lie on the open deck.',
      'A dog travels for a fare of two pounds each way, and must be kept on a lead at all times.',
      'Tickets are sold on board.',
    ])
  })

  test('[G362] but the rows of a table with long cells stay rows', async () => {
    const faults: PdfText[] = [
      ...rows([72, 320], [['What is wrong', 'What to do']], 720),
      ...[
        ['The pump makes a loud noise', 'Close the valve and wait until'],
        ['and the lamp is red.', 'the lamp is green again.'],
      ].flatMap((row, i) => rows([72, 320], [row], 696 - 13 * i)),
      ...[
        ['The display shows nothing', 'Check that the cable is plugged'],
        ['after the start.', 'in at both ends.'],
      ].flatMap((row, i) => rows([72, 320], [row], 659 - 13 * i)),
    ]
    expect(await read(faults)).toEqual([
      'What is wrong: The pump makes a loud noise and the lamp is red. · What to do: Close the valve and wait until the lamp is green again.',
      'What is wrong: The display shows nothing after the start. · What to do: Check that the cable is plugged in at both ends.',
    ])
    const routes = [
      ['From the old town to the harbour', 'leaves every day at nine from pier'],
      ['From the harbour to the island', 'leaves on Mondays only from gate'],
      ['From the island to the old town', 'leaves when the captain says so'],
    ]
    expect((await read(rows([72, 320], routes))).join()).not.toContain('harbour From the harbour')
  })
})

describe('a table of contents of a PDF', () => {
  const contents: PdfText[] = [
    [72, 720, 'Contents', { size: 16 }],
    ...rows(
      [72, 400],
      [
        ['1 Working time', '2'],
        ['2 Leave', '7'],
      ],
    ),
  ]

  test.each([
    ['numbers apart', contents],
    [
      'dots',
      [contents[0] as PdfText, ...rows([72], [['1 Working time ........... 2'], ['2 Leave ........... 7']])],
    ],
  ])('[G363] is not told: %s', async (_, page) => {
    const text: PdfText[] = [
      [72, 700, '1 Working time', { size: 16 }],
      [72, 680, 'The week has 38 hours.'],
    ]
    expect(await statementsOf('a.pdf', minimalPdf([page, text]))).toEqual(['The week has 38 hours.'])
  })

  test('[G363] but the contents of a box are, and a menu with dots', async () => {
    const menu = [['Tomato soup ........ 4'], ['Fish of the day ........ 12'], ['Ice cream ........ 13']]
    expect(await read(rows([72], menu))).toEqual(['Tomato soup: 4', 'Fish of the day: 12', 'Ice cream: 13'])
    const box: PdfText[] = [
      contents[0] as PdfText,
      ...rows(
        [72, 400],
        [
          ['Screws', '4'],
          ['Bolts', '8'],
        ],
      ),
    ]
    expect((await read(box)).join()).toContain('Bolts')
  })

  test('[G363] but numbered parts are, with how many there are of each', async () => {
    const box = [
      [72, 700, 'Inhalt'],
      ...rows(
        [72, 300],
        [
          ['1. Holzschrauben M4', '4'],
          ['2. Muttern M6', '8'],
          ['3. Scheiben', '12'],
        ],
        684,
      ),
    ] as const
    const parts = ['1. Holzschrauben M4: 4', '2. Muttern M6: 8', '3. Scheiben: 12']
    expect(await read(box)).toEqual(expect.arrayContaining(parts))
    // Nor are those a table of contents that a drawing names again.
    const named = minimalPdf([box, [[72, 700, 'Scheiben']], [[72, 700, 'Muttern M6']]])
    expect(await statementsOf('a.pdf', named)).toEqual(expect.arrayContaining(parts))
  })

  test('[G363] and not told are titles that stand on the pages of the document, in letters of one size', async () => {
    const heading = ['1. Working time', '2. Leave', '3. Pay']
    const page = [
      [72, 700, 'Contents'],
      ...rows(
        [72, 300],
        heading.map((title, i) => [title, String(i + 2)]),
        684,
      ),
    ] as const
    const others = heading.map((title): PdfText[] => [
      [72, 700, title],
      [72, 670, `All about ${title.slice(3).toLowerCase()} is told here.`],
    ])
    expect((await statementsOf('a.pdf', minimalPdf([page, ...others]))).join()).not.toContain(': 2')
  })
})

describe('the end of a page of a PDF', () => {
  const twoPages = (first: readonly PdfText[], second: readonly PdfText[]) =>
    statementsOf('a.pdf', minimalPdf([first, second]))

  test('[G364] cuts no sentence and no table, and its number is not told', async () => {
    expect(
      await twoPages(
        [
          [72, 100, 'The warranty is two years and'],
          [290, 30, 'Page 1 of 2'],
        ],
        [
          [72, 700, 'starts on the day of delivery.'],
          [290, 30, 'Page 2 of 2'],
        ],
      ),
    ).toEqual(['The warranty is two years and starts on the day of delivery.'])
    const table = [
      ['Office', 'Desks'],
      ['Cork', '18'],
      ['Faro', '14'],
    ]
    expect(
      await twoPages(
        rows([72, 200], table, 132),
        rows(
          [72, 200],
          [
            ['Lund', '47'],
            ['Oulu', '83'],
          ],
        ),
      ),
    ).toEqual([
      'Office: Cork · Desks: 18',
      'Office: Faro · Desks: 14',
      'Office: Lund · Desks: 47',
      'Office: Oulu · Desks: 83',
    ])
  })

  /** Pages of one sentence, with these texts at their feet. */
  const withFeet = async (feet: readonly string[]) => {
    const pages = feet.map((foot, i): PdfText[] => [
      [72, 700, `Test ${'ABCD'[i]} had good results.`],
      [72, 40, foot],
    ])
    const found = await statementsOf('a.pdf', minimalPdf(pages))
    return feet.filter((foot) => found.some((text) => text.includes(foot)))
  }

  test.each([
    ['a rating', ['7 / 10', 'It ends soon.']],
    ['ratings', ['7 / 10', '9 / 10', '4 / 10']],
    ['dates', ['3/5', '9/5', '1/6']],
  ])('[G364] and tells of %s there', async (_, feet) => {
    expect(await withFeet(feet)).toEqual(feet)
  })

  test.each([
    ['of the document', ['1 / 3', '2 / 3', '3 / 3']],
    ['on one page', ['Begins here.', '2 / 2']],
    ['of a longer one', ['7 / 10', '8 / 10']],
    ['after a cover', ['Begins here.', '1 of 2', '2 of 2']],
    ['alone', ['11', '12', '1', '2']],
    ['of a chapter', ['2-1', '2-2', '2-3']],
    ['with a word', ['Page 7', 'Page 9']],
  ])('[G364] and tells of no numbers of pages: %s', async (_, feet) => {
    expect((await withFeet(feet)).filter((foot) => /\d/u.test(foot))).toEqual([])
  })

  test('[G364] but ends a sentence that a new one follows', async () => {
    expect(
      await twoPages([[72, 100, 'The warranty is two years']], [[72, 700, 'Delivery is free.']]),
    ).toEqual(['The warranty is two years', 'Delivery is free.'])
    const other = rows(
      [72, 200],
      [
        ['Year', 'Guests'],
        ['Cork', '2,300'],
      ],
    )
    expect(
      await twoPages(
        rows(
          [72, 200],
          [
            ['Office', 'Desks'],
            ['Cork', '18'],
          ],
          132,
        ),
        other,
      ),
    ).toContain('Year: Cork · Guests: 2,300')
  })
})

test('[G365] a form of a PDF is told with what is filled in', async () => {
  const texts: PdfText[] = [
    ...rows([72, 300], [['Name:', 'City:']]),
    [90, 660, 'Vegetarian'],
    [72, 640, 'Please sign below.'],
  ]
  const fields = [
    { name: 'n', value: 'Ida Kern', at: [110, 695, 250, 711] },
    { name: 'c', value: 'Bonn', at: [330, 695, 450, 711] },
    { name: 'v', value: 'Yes', at: [72, 658, 84, 670] },
    { name: 'Phone', value: '030 12', at: [72, 500, 180, 516] },
  ]
  expect(await read(texts, { fields })).toEqual([
    'Name: Ida Kern',
    'City: Bonn',
    'Vegetarian (checked)',
    'Please sign below.',
    'Phone: 030 12',
  ])
})
