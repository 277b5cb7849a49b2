import { expect, test } from 'vitest'
import { textsOf } from './statements-of.ts'

test.each([
  [
    '<p><span style="text-decoration: line-through">79.00 EUR</span></p><p><strong>Now 54.90 EUR</strong></p>',
    ['Now 54.90 EUR'],
  ],
  ['<div><del>79</del></div><div>54.90</div>', ['54.90']],
  ['<p><s>£99</s></p><p><s>£79</s></p><p>£54</p>', ['£54']],
  ['<p>54.90 EUR</p><p><s>79.00 EUR</s></p>', ['54.90 EUR']],
  ['<p><b>54.90 EUR</b> <s>79.00 EUR</s></p>', ['54.90 EUR']],
  ['<p><s>Sat 14 June 2025</s></p><p>New date: Sun 22 June 2025</p>', ['New date: Sun 22 June 2025']],
  ['<p><s>Doors: 19:30</s></p><p>Doors: 20:00</p>', ['Doors: 20:00']],
  ['<table><tr><td>Desk</td><td><del>79 EUR</del></td><td>54 EUR</td></tr></table>', ['Desk: 54 EUR']],
  [
    '<table><tr><th>Item</th><th>Price</th></tr><tr><td>Bed</td><td><p><s>€ 79</s></p><p>€ 54</p></td></tr></table>',
    ['Item: Bed · Price: € 54'],
  ],
])('a struck value above one that stands in its place is no text: %s [G399]', async (html, told) => {
  expect(await textsOf('a.html', html)).toEqual(told)
})

test.each([
  ['<p><s>Pay Ann 20 EUR</s></p><p>Pay Ben 30 EUR</p>', ['Pay Ann 20 EUR', 'Pay Ben 30 EUR']],
  [
    '<p><s>Book the hall for 12 May.</s></p><p>Send the invitations by 14 May.</p>',
    ['Book the hall for 12 May.', 'Send the invitations by 14 May.'],
  ],
  ['<p><s>79 EUR</s></p><p>Sold out.</p>', ['79 EUR', 'Sold out.']],
  ['<p><s>14 June</s></p><p>Entry is 8 EUR.</p>', ['14 June', 'Entry is 8 EUR.']],
  ['<p><s>12</s></p><p>There are 3 rooms.</p>', ['12', 'There are 3 rooms.']],
])('what was done, or is no more without another, stays: %s [G399]', async (html, told) => {
  expect(await textsOf('a.html', html)).toEqual(told)
})

test('so in Markdown [G399]', async () => {
  expect(await textsOf('a.md', '# Lamp\n\n~~79.00 EUR~~\n\n**Now 54.90 EUR**\n\nIt is green.\n')).toEqual([
    'Now 54.90 EUR',
    'It is green.',
  ])
})

test('a struck price beside another struck one stays where nothing stands in their place [G399]', async () => {
  const table = '| Item | Old | New |\n|---|---|---|\n| Saw | ~~20 EUR~~ | ~~18 EUR~~ |\n'
  expect(await textsOf('a.md', table)).toEqual(['Item: Saw · Old: 20 EUR · New: 18 EUR'])
})

test('a struck sentence above one that says the same of something else is no text, in any format [G399]', async () => {
  expect(
    await textsOf('a.md', '~~The deposit is 200 euro, in cash.~~\n\nThe deposit is 350 euro, by card.\n'),
  ).toEqual(['The deposit is 350 euro, by card.'])
  expect(await textsOf('a.md', '~~The deposit is 200 euro.~~\n\nDogs are allowed in May.\n')).toHaveLength(2)
})
