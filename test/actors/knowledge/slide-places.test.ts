import { expect, test } from 'vitest'
import { archiveOf, relationsOf } from './office-files.ts'
import { statementsOf } from './statements-of.ts'

const INCH = 914_400
const line = (text: string) => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`
const styled = (text: string) => `<a:p><a:r><a:rPr sz="2400"/><a:t>${text}</a:t></a:r></a:p>`
const sized = (name: string, x: number, y: number) =>
  `<a:${name} ${/Ext|ext/u.test(name) ? 'cx' : 'x'}="${x * INCH}" ${/Ext|ext/u.test(name) ? 'cy' : 'y'}="${y * INCH}"/>`

/** A text box: its place and width in inches. It is half an inch high. */
function box(x: number, y: number, lines: string | readonly string[], width = 3): string {
  const frame = `<a:xfrm>${sized('off', x, y)}${sized('ext', width, 0.5)}</a:xfrm>`
  const body = [lines].flat().map((text) => (text.startsWith('<') ? text : line(text)))
  return `<p:sp><p:nvSpPr><p:nvPr/></p:nvSpPr><p:spPr>${frame}</p:spPr><p:txBody>${body.join('')}</p:txBody></p:sp>`
}

/** Boxes below each other, as near as each other. */
const column = (x: number, ...lines: readonly string[]) =>
  lines.map((text, i) => box(x, 1 + 0.7 * i, text)).join('')

/** Rows of a narrow box and a wide one. */
const rows = (y: number, ...cells: readonly (readonly [string, string])[]) =>
  cells.map(([name, text], i) => box(1, y + 0.7 * i, name, 2) + box(3.2, y + 0.7 * i, text, 5)).join('')

/** A group that shows what is in it elsewhere and half as large. */
function group(x: number, y: number, shapes: string): string {
  const frame = `${sized('off', x, y)}${sized('ext', 4, 4)}${sized('chOff', 20, 20)}${sized('chExt', 8, 8)}`
  return `<p:grpSp><p:grpSpPr><a:xfrm>${frame}</a:xfrm></p:grpSpPr>${shapes}</p:grpSp>`
}

/** Text in a place of the layout, which is where the layout says. */
const place = (about: string, ...lines: readonly string[]) =>
  `<p:sp><p:nvSpPr><p:nvPr><p:ph ${about}/></p:nvPr></p:nvSpPr><p:txBody>${lines.map(line).join('')}</p:txBody></p:sp>`

/** What is told of a slide but its lists as a whole. */
async function told(shapes: string): Promise<string[]> {
  const bytes = await archiveOf({
    '_rels/.rels': relationsOf({ r1: ['officeDocument', 'ppt/presentation.xml'] }),
    'ppt/presentation.xml':
      '<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId id="1" r:id="s1"/></p:sldIdLst></p:presentation>',
    'ppt/_rels/presentation.xml.rels': relationsOf({ s1: ['slide', 'slides/slide1.xml'] }),
    'ppt/slides/slide1.xml': `<p:sld xmlns:p="p" xmlns:a="a"><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`,
  })
  const all = await statementsOf('a.pptx', bytes)
  return all
    .map((text) => text.replace(/^Slide 1(?: –)?(?: ›)? /u, ''))
    .filter((text) => !text.includes('\n'))
}

test.each([
  [
    'that stand in another order in the file',
    box(5, 2.7, ['Costs 3.4 million', 'Needs a road']) +
      box(1, 2, 'Plan A: renovate') +
      box(5, 2, 'Plan B: rebuild') +
      box(1, 2.7, ['Costs 2.1 million', 'Offices move']) +
      box(1, 6, 'Valid from May', 7),
    [
      'Plan A: renovate',
      'Plan A: renovate › Costs 2.1 million',
      'Plan A: renovate › Offices move',
      'Plan B: rebuild',
      'Plan B: rebuild › Costs 3.4 million',
      'Plan B: rebuild › Needs a road',
      'Valid from May',
    ],
  ],
  [
    'with a box for each fact',
    box(1, 2, 'Basic') +
      box(5, 2, 'Pro') +
      box(1, 2.6, '5 EUR a month') +
      box(5, 2.6, '9 EUR a month') +
      box(1, 3.2, 'Mail') +
      box(5, 3.2, 'Phone') +
      box(5, 3.8, 'Open all week'),
    ['Basic › 5 EUR a month', 'Basic › Mail', 'Pro › 9 EUR a month', 'Pro › Phone', 'Pro › Open all week'],
  ],
  [
    'of which one has a single line',
    box(1, 2, 'Ana') + box(5, 2, 'Tom') + box(1, 2.5, ['CEO', 'Ulm']) + box(5, 2.5, 'CFO'),
    ['Ana › CEO', 'Ana › Ulm', 'Tom › CFO'],
  ],
  [
    'of two rows',
    box(1, 2, 'Kiel') +
      box(5, 2, 'Oslo') +
      box(1, 2.6, ['Lead: Ana', 'Opened 2019']) +
      box(5, 2.6, ['Lead: Tom', 'Opened 2021']) +
      box(1, 3.2, 'Ulm') +
      box(5, 3.2, 'Lyon') +
      box(1, 3.8, ['Lead: Eva', 'Opened 2022']) +
      box(5, 3.8, ['Lead: Ida', 'Opened 2024']),
    ['Kiel › Lead: Ana', 'Oslo › Lead: Tom', 'Ulm › Lead: Eva', 'Lyon › Lead: Ida'].flatMap((text, i) => [
      text,
      `${text.split(' › ')[0]} › Opened ${[2019, 2021, 2022, 2024][i]}`,
    ]),
  ],
  [
    'whose heads stand in the middle',
    box(1.5, 2, 'Kiel', 2) +
      box(5.5, 2, 'Oslo', 2) +
      box(1, 2.6, ['Ana Reh', 'Ground floor']) +
      box(5, 2.6, 'Tom Voss'),
    ['Kiel › Ana Reh', 'Kiel › Ground floor', 'Oslo › Tom Voss'],
  ],
  [
    'that has facts in small letters, and names and figures as well',
    column(1, 'Basic', 'from 5 EUR a month', 'Opened 2019', '12 people', 'Mail') +
      column(5, 'Pro', 'from 9 EUR a month', 'Opened 2021', '7 people', 'Phone'),
    ['Basic', 'Pro'].flatMap((name, i) =>
      ['from 5 EUR a month,Opened 2019,12 people,Mail', 'from 9 EUR a month,Opened 2021,7 people,Phone'][i]
        ?.split(',')
        .map((text) => `${name} › ${text}`),
    ),
  ],
  [
    'in groups',
    group(5, 2, box(20, 21.2, 'Lead: Tom') + box(20, 20, 'Returns')) +
      group(1, 2, box(20, 20, 'Warehouse') + box(20, 21.2, 'Lead: Ana')),
    ['Warehouse › Lead: Ana', 'Returns › Lead: Tom'],
  ],
  [
    'of a name each in groups',
    group(1, 2, box(20, 20, 'Sales') + box(20, 21.2, 'Ana Reh')) +
      group(5, 2, box(20, 20, 'Returns') + box(20, 21.2, 'Tom Voss')),
    ['Sales › Ana Reh', 'Returns › Tom Voss'],
  ],
  [
    'one alone, in larger letters',
    box(1, 2, styled('Opening hours')) +
      box(1, 2.6, `<a:p><a:r><a:rPr sz="1400"/><a:t>Daily</a:t></a:r></a:p>`),
    ['Opening hours › Daily'],
  ],
  [
    'beside their text',
    box(3, 2, ['Two vans come', 'Drivers train'], 5) +
      box(1, 2, 'March', 1.5) +
      box(3, 3, ['Four more vans', 'Old ones go'], 5) +
      box(1, 3, 'June', 1.5),
    ['March › Two vans come', 'March › Drivers train', 'June › Four more vans', 'June › Old ones go'],
  ],
  [
    'beside their text, one of which has no figure',
    rows(
      2,
      ['Case', 'What to do'],
      ['Doctor', 'Call 112'],
      ['Fire', 'Call 113'],
      ['Leak', 'Ask the porter'],
    ) + rows(6.5, ['Facility team', 'Ground floor']),
    [
      'Case',
      'What to do',
      'Doctor › Call 112',
      'Fire › Call 113',
      'Leak › Ask the porter',
      'Facility team',
      'Ground floor',
    ],
  ],
])('[G511] short boxes above others of their column are their heads: %s', async (_, shapes, expected) => {
  expect(await told(shapes)).toEqual(expected)
})

test.each([
  [
    'boxes below each other, from the top',
    box(1, 4, 'Ship it.') + box(1, 2, 'Order it.') + box(1, 3, 'Pack it.'),
    ['Order it.', 'Pack it.', 'Ship it.'],
  ],
  [
    'columns one after the other',
    box(5, 3, 'D is last.') + box(1, 2, 'A is first.') + box(5, 2, 'C is third.') + box(1, 3, 'B is second.'),
    ['A is first.', 'B is second.', 'C is third.', 'D is last.'],
  ],
  [
    'what a file has in rows in rows',
    box(1, 2, 'A is first.') + box(5, 2, 'B is second.') + box(1, 3, 'C is third.') + box(5, 3, 'D is last.'),
    ['A is first.', 'B is second.', 'C is third.', 'D is last.'],
  ],
  [
    'columns above a line as wide as both',
    box(1, 2, 'The old office closes in May.', 4) +
      box(1, 2.8, 'Its desks must be empty by then.', 4) +
      box(6, 2, 'The new office opens in June.', 4) +
      box(6, 2.8, 'Its floors have room for ninety.', 4) +
      box(1, 6.5, 'Source: facility team.', 10),
    [
      'The old office closes in May.',
      'Its desks must be empty by then.',
      'The new office opens in June.',
      'Its floors have room for ninety.',
      'Source: facility team.',
    ],
  ],
  [
    'a line as wide as the columns above it after them',
    box(0.5, 6.5, 'E is last.', 10) +
      box(1, 2, 'A is first.') +
      box(1, 3, 'B is second.') +
      box(5, 2, 'C is third.') +
      box(5, 3, 'D is fourth.'),
    ['A is first.', 'B is second.', 'C is third.', 'D is fourth.', 'E is last.'],
  ],
  [
    'a line of time that goes up and down',
    box(0.5, 0.5, 'We grow each year.') +
      box(1, 2, 'In 2023 Kiel opened.') +
      box(3.5, 3.5, 'In 2024 Oslo opened.') +
      box(6, 2, 'In 2025 Ulm opened.') +
      box(8.5, 3.5, 'In 2026 Lyon opens.') +
      box(0.5, 6.5, 'Source: sales.'),
    [
      'We grow each year.',
      'In 2023 Kiel opened.',
      'In 2024 Oslo opened.',
      'In 2025 Ulm opened.',
      'In 2026 Lyon opens.',
      'Source: sales.',
    ],
  ],
  [
    'what has no place where the file has it',
    place('type="title"', 'Plans') +
      place('idx="1"', 'Two vans', 'Four drivers') +
      place('idx="2"', 'One garage', 'No sheds') +
      box(1, 6, 'See page 3'),
    [
      'Plans › Two vans',
      'Plans › Four drivers',
      'Plans › One garage',
      'Plans › No sheds',
      'Plans › See page 3',
    ],
  ],
])('[G511] a slide is read as it is seen: %s', async (_, shapes, expected) => {
  expect(await told(shapes)).toEqual(expected)
})

test.each([
  [
    'above all of them',
    box(1, 1.4, 'Two ways to pay', 7) + box(1, 2, ['Card', 'From May']) + box(5, 2, ['Cash', 'Until June']),
    ['Two ways to pay', 'Card', 'From May', 'Cash', 'Until June'],
  ],
  [
    'far from what is below',
    box(1, 2, 'Kiel') + box(5, 2, 'Oslo') + box(1, 4, ['Ana', 'Reh']) + box(5, 4, ['Tom', 'Voss']),
    ['Kiel', 'Oslo', 'Ana', 'Reh', 'Tom', 'Voss'],
  ],
  [
    'alone above a text',
    box(1, 2, 'Valid from May') + box(1, 2.6, ['Harbour Street', 'Kiel']),
    ['Valid from May', 'Harbour Street', 'Kiel'],
  ],
  [
    'above boxes that others beside name',
    box(3, 2, 'Basic', 1) +
      box(5, 2, 'Pro', 1) +
      box(1, 2.6, 'Price', 1) +
      box(3, 2.6, '5 EUR', 1) +
      box(5, 2.6, '9 EUR', 1) +
      box(1, 3.2, 'Users', 1) +
      box(3, 3.2, '1 user', 1) +
      box(5, 3.2, '5 users', 1),
    ['Basic', 'Pro', 'Price', '5 EUR', '9 EUR', 'Users', '1 user', '5 users'],
  ],
  [
    'with a name below like its own',
    box(1, 2, 'Strong brand') +
      box(5, 2, 'High prices') +
      box(1, 2.6, 'New shops in 2026') +
      box(5, 2.6, 'Rivals'),
    ['Strong brand', 'High prices', 'New shops in 2026', 'Rivals'],
  ],
  [
    'that may begin the next card',
    column(1, 'Opening hours', 'Mon to Fri 9 to 17', 'Closed', 'Parking', 'Free for 2 hours') +
      column(5, 'Prices', 'Adults 12 EUR', 'Dogs are welcome', 'Wifi', 'Code 1234'),
    ['Opening hours', 'Mon to Fri 9 to 17', 'Closed', 'Parking', 'Free for 2 hours'].concat([
      'Prices',
      'Adults 12 EUR',
      'Dogs are welcome',
      'Wifi',
      'Code 1234',
    ]),
  ],
  [
    'in a column of two cards that look alike',
    column(1, 'Team A', 'Anna', '12 projects', 'Team C', 'Cara', '7 projects') +
      column(5, 'Team B', 'Ben', '9 projects', 'Team D', 'Dora', '4 projects'),
    ['Team A', 'Anna', '12 projects', 'Team C', 'Cara', '7 projects'].concat([
      'Team B',
      'Ben',
      '9 projects',
      'Team D',
      'Dora',
      '4 projects',
    ]),
  ],
  [
    'that goes on in the next',
    column(1, 'The old office closes in May and the lease', 'ends, so desks must be empty by then.') +
      column(5, 'The new office opens in June with room', 'for ninety people and 12 guests'),
    [
      'The old office closes in May and the lease',
      'ends, so desks must be empty by then.',
      'The new office opens in June with room',
      'for ninety people and 12 guests',
    ],
  ],
])('[G511] but a short box %s is no head', async (_, shapes, expected) => {
  expect(await told(shapes)).toEqual(expected)
})
