import { expect, test } from 'vitest'
import { textsOf } from './statements-of.ts'

const TEXT = 'Taxis wait in front of door C.'

test.each([
  '<footer><p>Missing baggage | Lost property | Press | Subscribe to our newsletter</p></footer>',
  '<footer><div>Fares · Lost property · Jobs</div></footer>',
  '<footer><ul><li><a href="/a">Departures</a></li><li><a href="/b">Car parks</a></li></ul></footer>',
  '<div class="footer-links"><p>Missing baggage • Lost property • Press</p></div>',
  '<div role="contentinfo"><p>Missing baggage | Lost property | Press</p></div>',
])('a menu at the end of a page is no text: %s [G400]', async (html) => {
  expect(await textsOf('a.html', `<p>${TEXT}</p>${html}`)).toEqual([TEXT])
})

test.each([
  'Mon–Fri 9–17 | Sat 10–14',
  'Norrvik Airport | Harbour Road | Bergen',
  'Tel. 123 | info@x.org',
  'Bergen | Oslo | Trondheim',
  'Ines Calder | Tom Hill | Ruth Venn',
  'Dogs welcome | Free parking | Open all year',
  'News | We are closed on Monday',
  'Fresh bread | Local cheese | Organic eggs',
])('what a footer says stays: %s [G400]', async (line) => {
  expect(await textsOf('a.html', `<p>${TEXT}</p><footer><p>${line}</p></footer>`)).toEqual([TEXT, line])
})

test('a line outside of a footer is none [G400]', async () => {
  const line = 'Tomato soup | Green salad | Fresh bread'
  expect(await textsOf('a.html', `<div class="menu"><p>${line}</p></div>`)).toEqual([line])
})

test('what there is, in a list of a footer, stays [G400]', async () => {
  const list = '<ul><li>Kids club</li><li>Wheelchair ramp</li><li>Lift to all floors</li></ul>'
  expect(await textsOf('a.html', `<p>${TEXT}</p><footer>${list}</footer>`)).toContain('Wheelchair ramp')
})
