import JSZip from 'jszip'
import { describe, expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { minimalPdf } from './minimal-pdf.ts'
import { statementsOf } from './statements-of.ts'
import { wordDocument } from './word-document.ts'

const PLANS = ['Plan: Business · Seats: 50', 'Plan: Free · Seats: 1']

describe('a table row carries its heads and its name', () => {
  test.each([
    ['plans.md', '| Plan | Seats |\n|---|---|\n| Business | 50 |\n| Free | 1 |\n'],
    ['bare.md', 'Plan | Seats\n--- | ---\nBusiness | 50\nFree | 1\n'],
    [
      'mixed.md',
      'Text.\n\n<table><tr><th>Plan</th><th>Seats</th></tr><tr><td>Business</td><td>50</td></tr><tr><td>Free</td><td>1</td></tr></table>\n',
    ],
    [
      'plans.html',
      '<table><thead><tr><th>Plan<th>Seats</thead><tr><th>Business<td>50<tr><th>Free<td>1</table>',
    ],
    [
      'bold.html',
      '<table><tr><td><b>Plan</b><td><b>Seats</b><tr><td>Business<td>50<tr><td>Free<td>1</table>',
    ],
    ['plans.csv', 'Plan,Seats\nBusiness,50\nFree,1\n'],
    ['plans.tsv', 'Plan\tSeats\nBusiness\t50\nFree\t1\n'],
    ['semicolons.csv', 'Plan;Seats\r\n"Business";50\r\nFree;1\r\n'],
  ])('in %s', async (file, text) => {
    expect((await statementsOf(file, text)).filter((one) => one !== 'Text.')).toEqual(PLANS)
  })

  test('in a Word document, and a PDF keeps its columns apart', async () => {
    expect(
      await statementsOf(
        'plans.docx',
        await wordDocument([
          ['Plan', 'Seats'],
          ['Business', '50'],
          ['Free', '1'],
        ]),
      ),
    ).toEqual(PLANS)
    const pdf = minimalPdf([
      [
        [72, 700, 'Plan'],
        [222, 700, 'Seats'],
        [72, 686, 'Business'],
        [222, 686, '50'],
        [72, 672, 'Free'],
        [222, 672, '1'],
      ],
    ])
    expect(await statementsOf('plans.pdf', pdf)).toEqual(PLANS)
  })

  test('in a PDF whose columns are close, whose rows are apart and whose cells are wrapped', async () => {
    const close = minimalPdf([
      [
        [72, 700, 'Plan'],
        [132, 700, 'Seats'],
        [172, 700, 'Support'],
        [72, 682, 'Business'],
        [132, 682, '50'],
        [172, 682, 'by phone'],
        [72, 664, 'Free'],
        [172, 664, 'none'],
        [72, 630, 'All plans can be ended at the end of each month.'],
      ],
    ])
    expect(await statementsOf('close.pdf', close)).toEqual([
      'Plan: Business · Seats: 50 · Support: by phone',
      'Plan: Free · Support: none',
      'All plans can be ended at the end of each month.',
    ])
    // Cell by cell, as word processors write.
    const wrapped = minimalPdf([
      [
        [72, 700, 'Fee'],
        [172, 700, 'For'],
        [322, 700, 'Amount'],
        [72, 680, 'Late return'],
        [172, 680, 'books that come back'],
        [172, 667, 'after the due date'],
        [322, 680, '0.40'],
        [72, 647, 'Lost card'],
        [172, 647, 'cards of adults and'],
        [172, 634, 'children alike'],
        [322, 647, '5.00'],
      ],
    ])
    expect(await statementsOf('wrapped.pdf', wrapped)).toEqual([
      'Fee: Late return · For: books that come back after the due date · Amount: 0.40',
      'Fee: Lost card · For: cards of adults and children alike · Amount: 5.00',
    ])
  })

  test('where heads stand in the rows, span columns, or are terms', async () => {
    expect(await statementsOf('a.html', '<table><tr><th>Seats<td>50<tr><th>Price<td>$20</table>')).toEqual([
      'Seats: 50',
      'Price: $20',
    ])
    const spans =
      '<table><tr><th rowspan=2>Plan<th colspan=2>Cost<tr><th>Month<th>Year<tr><td>Pro<td>5<td>50</table>'
    expect(await statementsOf('b.html', spans)).toEqual(['Plan: Pro · Cost Month: 5 · Cost Year: 50'])
    expect(await statementsOf('c.html', '<dl><dt>Default<dd>1 MiB<dt>Most<dd>2 MiB</dl>')).toContain(
      'Default: 1 MiB',
    )
  })
})

test('a head across a table or above some of its rows names what is below it', async () => {
  const cells = (...texts: string[]) => texts.map((text) => `<td>${text}</td>`).join('')
  const groups =
    '<thead><tr><th>Stop</th><th>Trains</th></tr></thead><tr><th colspan=2>North</th></tr>' +
    `<tr>${cells('Elm', '6')}</tr><tr><th colspan=2>South</th></tr><tr>${cells('Elm', '10')}</tr>`
  expect(await statementsOf('a.html', `<table>${groups}</table>`)).toEqual([
    'North › Stop: Elm · Trains: 6',
    'South › Stop: Elm · Trains: 10',
  ])
  const title = '<tr><th colspan=2>Fares</th></tr><tr><th>Zone</th><th>Price</th></tr>'
  expect(await statementsOf('b.html', `<table>${title}<tr>${cells('A', '3')}</tr></table>`)).toEqual([
    'Fares › Zone: A · Price: 3',
  ])
  const rows = `<tr>${cells('Sales', '14', '17')}</tr><tr>${cells('Staff', '8', '10')}</tr>`
  for (const head of [cells('', '2022', '2023'), cells('', '<b>2022</b>', '<b>2023</b>')])
    expect(await statementsOf('c.html', `<table><tr>${head}</tr>${rows}</table>`)).toEqual([
      'Sales · 2022: 14 · 2023: 17',
      'Staff · 2022: 8 · 2023: 10',
    ])
})

describe('a list', () => {
  test.each([
    ['kit.md', 'The kit holds:\n\n- a pump\n- a hose\n'],
    ['kit.txt', 'The kit holds:\n\n- a pump\n- a hose\n'],
    ['kit.html', '<p>The kit holds:</p><ul><li>a pump</li><li>a hose</li></ul>'],
  ])('is its lead with its items in %s', async (file, text) => {
    expect(await statementsOf(file, text)).toEqual([
      'The kit holds:\n- a pump\n- a hose',
      'The kit holds: › a pump',
      'The kit holds: › a hose',
    ])
  })

  test('within a list is one with its name', async () => {
    const text = 'Pack:\n\n- Clothes\n  - a coat\n- Kitchen\n  - a stove\n  - a pot\n- Tent\n'
    expect((await statementsOf('kit.md', text)).slice(1)).toEqual([
      'Pack: – Clothes › a coat',
      'Pack: › Kitchen\n  - a stove\n  - a pot',
      'Pack: – Kitchen › a stove',
      'Pack: – Kitchen › a pot',
      'Pack: › Tent',
    ])
  })

  test('keeps the parents of inner items', async () => {
    const text = '- `bodyLimit`\n  - Default: 1 MiB\n- `maxParamLength`\n  - Default: 100\n'
    expect((await statementsOf('options.md', text)).slice(1)).toEqual([
      'bodyLimit › Default: 1 MiB',
      'maxParamLength › Default: 100',
    ])
  })
})

describe('records', () => {
  const products = [
    { name: 'Toaster', weight: '1.2 kg', size: { width: 20 } },
    {
      name: 'Kettle',
      weight: '0.9 kg',
      note: 'Every “kettle” is covered by a warranty of thirty months from the day of purchase.',
    },
  ]

  test('of JSON keep the keys that lead to them, and prose its key', async () => {
    const found = await statementsOf('p.json', JSON.stringify({ products }).replace('“', '\\u201c'))
    expect(found).toEqual([
      'products – Toaster › products · Toaster · weight: 1.2 kg\nToaster · size · width: 20',
      'products · Toaster · weight: 1.2 kg',
      'Toaster · size · width: 20',
      'products · Kettle · weight: 0.9 kg',
      'note: Every “kettle” is covered by a warranty of thirty months from the day of purchase.',
    ])
  })

  test('of JSONL, YAML and front matter do so too', async () => {
    const lines = products.map((one) => JSON.stringify(one)).join('\n')
    expect(await statementsOf('p.jsonl', lines)).toContain('Kettle · weight: 0.9 kg')
    const yaml = 'server:\n  port: 8080\n  hosts: [a.example, b.example]\nversion: 1.10\n'
    expect((await statementsOf('p.yaml', yaml)).sort()).toEqual([
      'server · hosts: a.example, b.example',
      'server · port: 8080',
      'server › server · port: 8080\nserver · hosts: a.example, b.example',
      'version: 1.10',
    ])
    expect(await statementsOf('p.md', '---\ntitle: Pumps\nowner: Ann\n---\n\nText here.\n')).toEqual([
      'owner: Ann',
      'Text here.',
    ])
  })

  test('of a list without names are named by what tells them apart', async () => {
    const machines = [
      { kind: 'mill', model: 'Kappa 3', made: '2021-04', cost: 1890 },
      { kind: 'mill', model: 'Kappa 5', made: '2022-01', cost: 2640 },
    ]
    const named = ['Kappa 3 · kind: mill', 'Kappa 3 · made: 2021-04', 'Kappa 3 · cost: 1890']
    const all = await statementsOf('m.json', JSON.stringify({ machines }))
    expect(all).toEqual(expect.arrayContaining(named.map((one) => `machines · ${one}`)))
    const lines = machines.map((one) => JSON.stringify(one)).join('\n')
    expect(await statementsOf('m.jsonl', lines)).toEqual(expect.arrayContaining(named))
  })

  test('of short values without a name are rows [G309]', async () => {
    const tiers = [
      { min: 1, max: 49, price: 4.2 },
      { min: 50, max: null, price: 3.1 },
    ]
    const rows = ['min: 1 · max: 49 · price: 4.2', 'min: 50 · price: 3.1']
    expect(await statementsOf('t.json', JSON.stringify({ tiers }))).toEqual(rows)
    expect(await statementsOf('t.jsonl', tiers.map((one) => JSON.stringify(one)).join('\n'))).toEqual(rows)
    const yaml = 'tiers:\n- min: 1\n  max: 49\n  price: 4.2\n- min: 50\n  price: 3.1 # by agreement\n'
    expect(await statementsOf('t.yaml', yaml)).toContain('tiers · min 50 · price: 3.1 (by agreement)')
  })

  test('of a list are named by what stands in a part of them, by two fields, or by a date [G309]', async () => {
    const flights = ['Oslo', 'Bergen'].map((city, i) => ({
      from: { city, gate: 'A3' },
      price: 90 + i,
      stops: [],
    }))
    expect(await statementsOf('f.json', JSON.stringify({ flights }))).toContain(
      'flights · Bergen · price: 91',
    )
    const pools = ['North', 'South'].flatMap((pool, p) =>
      ['weekday', 'weekend'].map((day, i) => ({ pool, day, fees: { adult: 5 + 2 * p + i } })),
    )
    expect(await statementsOf('p.json', JSON.stringify(pools))).toContain('South, weekday · fees · adult: 7')
    const days = ['2024-03-01', '2024-03-02'].map((date, i) => ({ date, rain: { morning: 2 + i } }))
    expect(await statementsOf('d.json', JSON.stringify(days))).toContain(
      'date 2024-03-02 · rain · morning: 3',
    )
  })

  test('that are none are named with their line', async () => {
    const bytes = new TextEncoder().encode('{\n "a": 1,\n "b": \n}')
    expect(await parse({ file: 'a.json', bytes })).toEqual({
      reason: expect.stringMatching(/^is not valid JSON: .* on line 4$/u),
    })
  })
})

describe('text is what a person reads', () => {
  test.each([
    ['footnote.html', '<p>It costs 25<sup>1</sup> euros.</p>', ['It costs 25 euros.']],
    ['footnote.md', 'It costs 25<sup>1</sup> euros.', ['It costs 25 euros.']],
    [
      'gfm-footnote.md',
      'It costs 25[^1] euros.\n\n[^1]: With tax.\n',
      ['It costs 25 euros.', 'It costs 25 › With tax.'],
    ],
    ['powers.html', '<p>10<sup>6</sup> m<sup>2</sup> of H<sub>2</sub>O</p>', ['10^6 m² of H2O']],
    ['summary.html', '<details><summary>How?</summary>By post.</details>', ['How? › By post.']],
    ['legend.html', '<fieldset><legend>Hours</legend>Nine to five.</fieldset>', ['Hours', 'Nine to five.']],
    ['pre.html', '<pre>one = 1\ntwo = 2</pre>', ['one = 1', 'two = 2']],
    [
      'noise.html',
      '<nav><a>Home</a></nav><!-- no --><script>no()</script><style>p{}</style><noscript>no</noscript><p hidden>no</p><p>Yes, it is.</p><img src="data:image/png;base64,iVBORw0KGgo=">',
      ['Yes, it is.'],
    ],
    [
      'noise.md',
      '<!-- no -->\n\nYes, it is.\n\n![](data:image/png;base64,iVBORw0KGgo=)\n\n[x]: http://no.example\n',
      ['Yes, it is.'],
    ],
    ['fences.md', '````md\n```js\nrun(1)\n```\n````\n', ['```js', 'run(1)', '```']],
    [
      'marks.md',
      '**Bold** and _slanted_ [link](http://no.example), `code`.',
      ['Bold and slanted link, code.'],
    ],
    ['plain.txt', 'A *star* and <b>, &amp; too.', ['A *star* and <b>, &amp; too.']],
  ])('%s', async (file, text, statements) => {
    expect(await statementsOf(file, text)).toEqual(statements)
  })

  test('headings keep their signs', async () => {
    const parsed = await parse({
      file: 'a.md',
      bytes: new TextEncoder().encode('# Languages\n\n## C#\n\nIt compiles.\n'),
    })
    expect(parsed).toMatchObject({ passages: [{ title: 'Languages', trail: ['C#'], line: 5 }] })
  })

  test('in the charset that a page declares, and in UTF-16 with and without a mark', async () => {
    const latin = Buffer.from('<meta charset="windows-1252"><p>Die Tür ist groß.</p>', 'latin1')
    expect(await statementsOf('a.html', latin)).toEqual(['Die Tür ist groß.'])
    const wide = Buffer.from('The door is wide.', 'utf16le')
    expect(await statementsOf('a.txt', Buffer.concat([Uint8Array.of(0xff, 0xfe), wide]))).toEqual([
      'The door is wide.',
    ])
    expect(await statementsOf('b.txt', wide)).toEqual(['The door is wide.'])
    expect(await statementsOf('c.txt', Buffer.from('\uFEFFThe door is wide.'))).toEqual(['The door is wide.'])
  })

  test('of a PDF, by page, without what its pages repeat at their edges', async () => {
    const pages = [1, 2, 3].map(
      (n) =>
        [
          [72, 600, `The pump of room ${n} must be main-`],
          [72, 586, 'tained every year.'],
          [72, 30, `Manual, page ${n} of 3`],
        ] as [number, number, string][],
    )
    const parsed = await parse({ file: 'm.pdf', bytes: minimalPdf(pages) })
    expect(parsed).toMatchObject({
      passages: [1, 2, 3].map((n) => ({
        page: n,
        text: `The pump of room ${n} must be maintained every year.`,
      })),
    })
  })
})

describe('a hostile file', () => {
  test.each([
    ['sentences.txt', 'Ok so. '.repeat(150_000)],
    ['numbers.json', JSON.stringify({ all: Array.from({ length: 450_000 }, (_, i) => i) })],
    ['inline.html', `<p>${'a <b>x</b> <i>y</i>'.repeat(12_000)}`],
    ['angles.html', '<'.repeat(250_000)],
    ['deep.html', `${'<div>'.repeat(20_000)}The end.`],
    ['deep.json', `${'['.repeat(100_000)}"The end."${']'.repeat(100_000)}`],
    ['quotes.md', `${'>'.repeat(20_000)} The end.`],
    ['stars.md', '*a _b '.repeat(8_000)],
    ['quotes.eml', `Subject: x\n\n${'>'.repeat(100_000)} The end.\n`],
    ['rules.rst', `${'=== ===\n'.repeat(20_000)}+---+\n`],
    ['marks.md', `${'a[^1] '.repeat(5_000)}\n\n[^1]: The end.\n`],
  ])('%s is read, or refused with a reason', async (file, text) => {
    const parsed = await parse({ file, bytes: new TextEncoder().encode(text) })
    if ('reason' in parsed) expect(parsed.reason).toMatch(/^\S/u)
    else expect(parsed.passages.length).toBeGreaterThan(0)
  })
})

test.each([
  ['a heading', 'a.md', (name: string) => `# ${name}\n\n${'Text.\n\n## Next\n\nMore.\n\n'.repeat(2_000)}`],
  [
    'a name',
    'a.vcf',
    (name: string) => `BEGIN:VCARD\nFN:${name}\n${'TEL:+33 1\nEMAIL:a@b\n'.repeat(1_000)}END:VCARD\n`,
  ],
  [
    'a key',
    'a.json',
    (name: string) =>
      JSON.stringify({ [name]: Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`k${i}`, 1])) }),
  ],
  ['a head', 'a.csv', (name: string) => `${name},b\n${'1,2\n'.repeat(2_000)}`],
])('%s of any length is cut where it is repeated with what is below it', async (_, file, text) => {
  const bytes = new TextEncoder().encode(text('n'.repeat(100_000)))
  const parsed = await parse({ file, bytes })
  if ('reason' in parsed) throw new Error(parsed.reason)
  expect(parsed.passages.length).toBeGreaterThan(1)
  expect(JSON.stringify(parsed.passages).length).toBeLessThan(20 * bytes.length)
})

test('a Word document that unpacks to far more than it weighs is refused before it is unpacked [G146]', async () => {
  const zip = new JSZip()
  zip.file('word/document.xml', Buffer.concat([Buffer.from('<d>'), Buffer.alloc(101 * 1024 * 1024, 'x')]))
  const bytes = await zip.generateAsync({ type: 'uint8array', compression: 'DEFLATE' })
  expect(bytes.length).toBeLessThan(200_000)
  expect(await parse({ file: 'bomb.docx', bytes })).toEqual({
    reason: 'is not valid Word: it unpacks to more than 100 MB',
  })
})
