import { expect, test } from 'vitest'
import { archiveOf, relationsOf } from './office-files.ts'
import { statementsOf } from './statements-of.ts'

const A =
  'xmlns:p="p" xmlns:a="a" xmlns:r="r" xmlns:mc="mc" xmlns:a14="a14" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
const run = (text: string, about = '') => `<a:r><a:rPr ${about}/><a:t>${text}</a:t></a:r>`
const line = (text: string) => `<a:p>${text.startsWith('<') ? text : run(text)}</a:p>`

/** A text box: its place and size in inches. */
function box(x: number, y: number, lines: string | readonly string[], about = ''): string {
  const [left, top, width, height] = [x, y, 2, 0.5].map((inches) => inches * 914_400)
  const frame = `<a:xfrm><a:off x="${left}" y="${top}"/><a:ext cx="${width}" cy="${height}"/></a:xfrm>`
  return `<p:sp><p:nvSpPr><p:cNvPr ${about}/><p:nvPr/></p:nvSpPr><p:spPr>${frame}</p:spPr><p:txBody>${[lines].flat().map(line).join('')}</p:txBody></p:sp>`
}

async function told(shapes: string): Promise<string[]> {
  const bytes = await archiveOf({
    '_rels/.rels': relationsOf({ r1: ['officeDocument', 'ppt/presentation.xml'] }),
    'ppt/presentation.xml': `<p:presentation ${A}><p:sldIdLst><p:sldId id="1" r:id="s1"/></p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relationsOf({ s1: ['slide', 'slides/slide1.xml'] }),
    'ppt/slides/slide1.xml': `<p:sld ${A}><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`,
  })
  return (await statementsOf('a.pptx', bytes)).map((text) => text.replace(/^Slide 1(?: –)?(?: ›)? /u, ''))
}

test('[G373] boxes of a slide that stand as cards are told as one each', async () => {
  const over = box(1, 2, '42') + box(4, 2, '97%') + box(1, 2.5, 'Employees') + box(4, 2.5, 'On time')
  expect(await told(over)).toEqual(['42 · Employees', '97% · On time'])
  const beside = box(1, 2, 'Revenue') + box(3, 2, '3.1 M EUR') + box(1, 4, 'Staff') + box(3, 4, '42')
  expect(await told(beside)).toEqual(['Revenue · 3.1 M EUR', 'Staff · 42'])
})

test.each([
  ['one row', box(1, 2, 'Order') + box(4, 2, 'Pack') + box(7, 2, 'Ship'), ['Order', 'Pack', 'Ship']],
  ['a row with a gap', box(1, 2, 'A') + box(4, 2, 'B') + box(1, 2.5, 'C'), ['A', 'B', 'C']],
  [
    'a grid of words',
    box(1, 2, 'Strong brand') +
      box(5, 2, 'High prices') +
      box(1, 2.6, 'New shops') +
      box(5, 2.6, 'New rivals'),
    ['Strong brand', 'High prices', 'New shops', 'New rivals'],
  ],
  [
    'steps',
    box(1, 2, '1. Order') + box(5, 2, '2. Pay') + box(1, 2.6, '3. Ship') + box(5, 2.6, '4. Return'),
    ['1. Order', '2. Pay', '3. Ship', '4. Return'],
  ],
  [
    'steps with figures below',
    box(1, 2, 'Step 1') + box(5, 2, 'Step 2') + box(1, 2.6, '5 days') + box(5, 2.6, '9 days'),
    ['Step 1', 'Step 2', '5 days', '9 days'],
  ],
])('[G373] %s is no cards', async (_, shapes, expected) => {
  expect(await told(shapes)).toEqual(expected)
})

test('[G374] hidden boxes and what is struck out are not told on a slide, typed points and formulas are', async () => {
  const formula =
    '<mc:AlternateContent><mc:Choice><a14:m><m:oMath><m:r><m:t>r=0.05</m:t></m:r></m:oMath></a14:m></mc:Choice><mc:Fallback/></mc:AlternateContent>'
  const shapes = [
    box(1, 1, 'Margin: 40%.', 'hidden="1"'),
    box(1, 2, `${run('The fee was 9 EUR. ', 'strike="sngStrike"')}${run('The fee is 11 EUR.')}`),
    box(1, 3, `${run('The rate is ')}${formula}`),
    box(1, 4, ['Visitors must:', '• sign in', '• wear a badge']),
  ]
  expect(await told(shapes.join(''))).toEqual([
    'The fee is 11 EUR.',
    'The rate is r=0.05',
    'Visitors must:\n- sign in\n- wear a badge',
    'Visitors must: › sign in',
    'Visitors must: › wear a badge',
  ])
})

test.each([
  [
    'what begins a line',
    `${run('Book the venue', 'strike="sngStrike"')}${run(' done by Ana')}`,
    'Book the venue done by Ana',
  ],
  ['a whole line', run('Hire a band', 'strike="sngStrike"'), 'Hire a band'],
  [
    'what something else stands for',
    `${run('Room ')}${run('3', 'strike="dblStrike"')}${run(' 5')}`,
    'Room 5',
  ],
  ['a part of a point', `${run('• ')}${run('Ask', 'strike="sngStrike"')}${run(' Tom')}`, 'Ask Tom'],
])(
  '[G374] on a slide, of %s that is struck out, is told what is left in other formats',
  async (_, runs, expected) => {
    expect(await told(box(1, 2, runs))).toEqual([expected])
  },
)

const bold = (text: string) => run(text, 'b="1"')
/** Text in a place of the layout. */
const place = (about: string, ...lines: readonly string[]) =>
  `<p:sp><p:nvSpPr><p:nvPr><p:ph ${about}/></p:nvPr></p:nvSpPr><p:txBody>${lines.map(line).join('')}</p:txBody></p:sp>`

test.each([
  [
    'in bold above the others of its box',
    box(1, 2, [bold('Basic'), '5 EUR a month']) + box(4, 2, [bold('Pro'), '9 EUR a month']),
    ['Basic › 5 EUR a month', 'Pro › 9 EUR a month'],
  ],
  [
    'of the layout for comparisons',
    place('type="body" idx="1"', 'Basic') +
      place('idx="2"', '5 EUR a month') +
      place('type="body" idx="3"', 'Pro') +
      place('idx="4"', '9 EUR a month'),
    ['Basic › 5 EUR a month', 'Pro › 9 EUR a month'],
  ],
  ['beside a box', box(1, 2, 'Sales:') + box(3, 2, 'Tom Reh, 0431 55-1'), ['Sales › Tom Reh, 0431 55-1']],
])('[G483] a line %s says what they are about', async (_, shapes, expected) => {
  expect(await told(shapes)).toEqual(expect.arrayContaining(expected))
})

test.each([
  [
    'a sentence in bold',
    box(1, 2, [bold('We grew by 5 %.'), 'All sites grew.']),
    ['We grew by 5 %.', 'All sites grew.'],
  ],
  ['a box all in bold', box(1, 2, [bold('Kiel'), bold('Oslo')]), ['Kiel', 'Oslo']],
  [
    'a text beside the contents of a slide',
    place('type="body" idx="1"', 'Our prices') + place('idx="2"', '5 EUR a month'),
    ['Our prices', '5 EUR a month'],
  ],
  ['a label far from a box', box(1, 2, 'Sales:') + box(1, 5, 'Tom Reh'), ['Sales:', 'Tom Reh']],
])('[G483] but %s is no head', async (_, shapes, expected) => {
  expect(await told(shapes)).toEqual(expected)
})
