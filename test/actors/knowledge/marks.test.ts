import { expect, test } from 'vitest'
import { linesOf, statementsOf } from './statements-of.ts'

test('items of plain text with other marks stand in their parents [G286]', async () => {
  const farm =
    '* Tractor\n    - Engine\n        . oil: 15W-40\n        . filter: every 250 h\n    - Gearbox\n        . oil: 80W-90\n* Baler\n    - Engine\n        . oil: 10W-30\n'
  expect(await linesOf('a.txt', farm)).toEqual([
    'Tractor – Engine › oil: 15W-40',
    'Tractor – Engine › filter: every 250 h',
    'Tractor – Gearbox › oil: 80W-90',
    'Baler – Engine › oil: 10W-30',
  ])
  for (const mark of ['•', '·', '–', '→', '»', 'o', '.', '->'])
    expect(await linesOf('a.txt', `Pack:\n\n${mark} tent\n${mark} stove\n`)).toEqual([
      'Pack: › tent',
      'Pack: › stove',
    ])
  expect(await linesOf('a.txt', '• Engine\n ◦ oil: 5\n ◦ filter: 6\n')).toEqual([
    'Engine › oil: 5',
    'Engine › filter: 6',
  ])
  expect(await linesOf('a.txt', '=> Engine\n  => oil: 5\n  => filter: 6\n')).toEqual([
    'Engine › oil: 5',
    'Engine › filter: 6',
  ])
  const numbered = 'Check:\n1. Engine\n  – oil: 5\n2. Gearbox\n  – oil: 7\n'
  expect(await linesOf('a.txt', numbered)).toEqual(['Check: – Engine › oil: 5', 'Check: – Gearbox › oil: 7'])
  // A line that happens to begin with such a mark is none.
  expect(await statementsOf('a.txt', 'He came at one\no clock in the evening.\n')).toEqual([
    'He came at one\no clock in the evening.',
  ])
})

test('what the controls of a page show is read with their labels [G287]', async () => {
  const html = `<form><label for="s">Size</label><select id="s"><option value="">Choose</option><option>M</option><option disabled>XL - sold out</option></select>
<label>Colour <select><optgroup label="Bright"><option>Red</option></optgroup><option selected>Navy</option></select></label>
<fieldset><legend>Delivery</legend><label><input type="radio"> Standard, 4 days</label><br><label><input type="radio" checked> Express, 1 day</label></fieldset>
<label for="q">Port</label> <input id="q" value="8443"><input type="hidden" value="secret">
<label for="c">City</label><input list="l" id="c"><datalist id="l"><option value="Bergen"><option value="Oslo"></datalist>
<p>Disk: <meter max="100" value="72"></meter></p><p>The <abbr title="Harbour Master Office">HMO</abbr> decides.</p>
<div><select><option>English</option><option>Deutsch</option></select></div></form>`
  expect(await linesOf('a.html', html)).toEqual([
    'Size: › M',
    'Size: › XL - sold out',
    'Colour: – Bright › Red',
    'Colour: › Navy (selected)',
    'Delivery: › Standard, 4 days',
    'Delivery: › Express, 1 day (checked)',
    'Port: 8443',
    'City: › Bergen',
    'City: › Oslo',
    'Disk: 72 of 100',
    'The HMO (Harbour Master Office) decides.',
  ])
})

test('what is struck out where something else stands is no text [G298]', async () => {
  expect(
    await linesOf(
      'a.html',
      '<p>Starts on <del>26 March</del> <ins>9 April</ins>.</p><ul><li><del>Ann</del> <ins>Bob</ins></li><li><s>£40</s> £30</li><li><strike>Rain jacket</strike></li><li><s>Stove</s> bought</li></ul>',
    ),
  ).toEqual(['Starts on 9 April.', 'Bob', '£30', 'Rain jacket', 'Stove bought'])
  expect(
    await linesOf('a.md', 'The hall is ~~full~~ free.\n\n- ~~£40~~ £30\n- Ann: ~~find a hall~~\n- ~~Gas~~\n'),
  ).toEqual(['The hall is free.', '£30', 'Ann: find a hall', 'Gas'])
  expect(
    await linesOf(
      'c.md',
      'Done: ~~hall~~, ~~band~~\n\nOpen 9~12 and 13~17.\n\n~~£40~~ **£30**\n\n~~milk~~, ~~eggs~~, bread\n',
    ),
  ).toEqual(['Done: hall, band', 'Open 9~12 and 13~17.', '£30', 'milk, eggs, bread'])
  expect(await linesOf('a.html', '<dl><dt>Price</dt><dd><del>£40</del> <ins>£30</ins></dd></dl>')).toEqual([
    'Price: £30',
  ])
  expect(
    await linesOf('b.md', '| Plan | Price |\n|---|---|\n| Solo | ~~£5~~ £4 |\n| Old | ~~£9~~ |\n'),
  ).toEqual(['Plan: Solo · Price: £4', 'Plan: Old · Price: £9'])
})

test('menus of footers and what the styles of a page hide are no text [G295] [G307]', async () => {
  const page = `<html><head><style>.off, .x p { display: none } #note{display:none}
@media print { .here { display: none } }</style></head><body><p>The hall is open.</p><p class="big off">Closed.</p><p id="note">Shut.</p>
<p class="here">Come in.</p><footer><ul><li>Coach groups</li><li>Cookies</li></ul><ul><li>Call 0171 22 33</li><li>Contact</li></ul></footer></body></html>`
  expect(await linesOf('a.html', page)).toEqual([
    'The hall is open.',
    'Come in.',
    'Call 0171 22 33',
    'Contact',
  ])
})

test('tabs and answers that a page opens are text [G307]', async () => {
  const page = `<html><head><style>/* tabs */ .tab{display:none} .tab.on{display:block} .more{display:none} .old{display:none}</style></head>
<body><div class="tab on"><p>Open 9 to 5.</p></div><p class="more">We answer at once.</p><p class="old">Shut.</p><script>open('more')</script></body></html>`
  expect(await linesOf('a.html', page)).toEqual(['Open 9 to 5.', 'We answer at once.'])
  for (const style of [
    '/* '.repeat(500_000),
    'a'.repeat(3_000_000),
    `${'@'.repeat(400)}${'x{}'.repeat(500_000)}`,
  ]) {
    expect(await linesOf('a.html', `<style>${style}</style><p>Open 9 to 5.</p>`)).toEqual(['Open 9 to 5.'])
  }
}, 120_000)

test('inline code of Org and small letters of AsciiDoc are read', async () => {
  expect(await linesOf('a.org', '* A\nRun ~make install~ first, then =x=, from 9~12.\n')).toEqual([
    'Run make install first, then x, from 9~12.',
  ])
  expect(await linesOf('a.adoc', 'The CO~2~ in the hall rises.\n')).toEqual(['The CO2 in the hall rises.'])
})

test('a short value of several sentences is one answer [G299]', async () => {
  const told = ['denied: The card was refused. Try another one or call your bank.', 'ok: Thank you!']
  const [denied = '', ok = ''] = told.map((one) => one.split(': ')[1])
  expect(await linesOf('a.properties', `denied=${denied}\nok=${ok}\n`)).toEqual(told)
  expect(await linesOf('a.json', JSON.stringify({ denied, ok }))).toEqual(told)
  expect(await linesOf('a.yaml', `denied: ${denied}\nok: ${ok}\n`)).toEqual(told)
  expect(await linesOf('a.json', JSON.stringify({ answer: `${denied} Or wait.` }))).toHaveLength(3)
  expect(await linesOf('a.json', JSON.stringify({ told: `${denied} `.repeat(3) }))).toHaveLength(6)
})

test('what stands beside and below a headline of Org belongs to it [G288]', async () => {
  const org = `* Core :core:
** TODO [#A] Rewrite the parser :slow:
   DEADLINE: <2025-06-01 Sun>
   :PROPERTIES:
   :ID: 4711
   :Effort: 13h
   :END:
   It is slow on long files.
** DONE Port the lexer
CLOSED: [2025-04-02 Wed]
The tests pass now.
** Choose a name
`
  expect(await linesOf('a.org', org)).toEqual([
    'Core (core) – Rewrite the parser › TODO Rewrite the parser (priority A; slow)',
    'Core (core) – Rewrite the parser › DEADLINE: 2025-06-01 Sun',
    'Core (core) – Rewrite the parser › Effort: 13h',
    'It is slow on long files.',
    'Core (core) – Port the lexer › DONE Port the lexer',
    'Core (core) – Port the lexer › CLOSED: 2025-04-02 Wed',
    'The tests pass now.',
    'Core (core) – Choose a name › Choose a name',
  ])
})

test('labels are whole, and hidden controls are not shown [G287]', async () => {
  const long = `I agree ${'and agree '.repeat(25)}to the end`
  const html = `<form><p><label><input type="checkbox"> ${long}</label></p>
<p><label>Open from <input value="9"> to <input value="17"></label></p>
<p><label for="q">Port <input id="q" value="8443"></label></p>
<p><label class="sr-only">Menu</label><label for="u">Upload</label><select id="u" hidden><option>Zip</option></select></p>
<p><label>Leave empty <input style="display:none" value="bot-trap"></label></p>
<p>Rest <label class="sr-only"><input type="checkbox"> Unseen</label></p></form>`
  const found = (await statementsOf('a.html', html)).join('\n')
  expect(found).toContain(long)
  expect(found).toMatch(/Open from\s+9\s+to\s+17/u)
  expect(found).toContain('Port: 8443')
  expect(found).toContain('Upload')
  expect(found).toContain('Leave empty')
  expect(found).not.toMatch(/Zip|bot-trap|Menu|Unseen/u)
})

test('a clock and a headline of Org are told with any spaces in them [G288]', async () => {
  const org =
    '* DONE Port   the lexer   :core:\nCLOCK: [2025-04-02 Wed 10:00]--[2025-04-02 Wed 11:00]   =>   1:00\n'
  expect(await linesOf('a.org', org)).toEqual([
    'Port the lexer › DONE Port the lexer (core)',
    'Port the lexer › CLOCK: 2025-04-02 Wed 10:00--2025-04-02 Wed 11:00, 1:00',
  ])
})

test('long lines of headlines, clocks, links and labels are read at once [G287] [G288]', async () => {
  const far = ' '.repeat(100_000)
  const texts: readonly (readonly [string, string])[] = [
    ['a.org', `* a${far}b\n`],
    ['b.org', `${'CLOSED:['.repeat(50_000)}\n`],
    ['c.org', `CLOCK: a${far}b\n- a${far}b\n`],
    ['d.org', `${'[['.repeat(50_000)}\n`],
    ['a.html', `${'<label>a'.repeat(300)}${'long '.repeat(20_000)}`],
  ]
  for (const [file, text] of texts) {
    await statementsOf(file, text)
  }
}, 120_000)
