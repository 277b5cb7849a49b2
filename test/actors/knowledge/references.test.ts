import { expect, test } from 'vitest'
import { textsOf } from './statements-of.ts'

const TEXT = 'Push the pin.'

test.each([
  ['a.html', '<ul><li><a href="#q1">Can I bring my dog?</a></li><li><a href="#q2">Is it far?</a></li></ul>'],
  ['a.html', '<ol><li><a href="#a">Use</a><ol><li><a href="#b">Locks</a></li></ol></li></ol>'],
  ['a.html', '<p><a href="#a">Use</a> | <a href="#b">Locks</a></p>'],
  ['a.html', '<p>On this page:</p><div><a href="#a">Use</a><br><a href="#b">Locks</a></div>'],
  ['a.html', '<p><a href="#a">Use</a></p><p><a href="#b">Locks</a></p>'],
  ['a.md', '- [Use](#use)\n  - [Locks](#locks)\n- [Help](#help)\n'],
  ['a.md', '1. [Use](#use)\n2. [Locks](#locks)\n'],
  ['a.md', '[Use](#use) · [Locks](#locks)\n'],
])('the contents of a page are no text: %s %s [G401]', async (file, contents) => {
  const text = file === 'a.html' ? `<p>${TEXT}</p>` : `\n${TEXT}\n`
  expect(await textsOf(file, `${contents}${text}`)).toEqual([TEXT])
})

test.each([
  ['a.html', '<ul><li><a href="#/lamp">Lamp</a></li><li><a href="#/bed">Bed</a></li></ul>', ['Lamp', 'Bed']],
  [
    'a.html',
    '<ul><li><a href="#a">Lamp, 20 EUR</a></li><li><a href="#b">Bed, 90 EUR</a></li></ul>',
    ['Lamp, 20 EUR', 'Bed, 90 EUR'],
  ],
  ['a.md', '- [Use](#use): how to start\n- [Locks](#locks)\n', ['Use: how to start', 'Locks']],
  ['a.md', '- [Use](use.md)\n- [Locks](locks.md)\n', ['Use', 'Locks']],
  ['a.md', 'It is told in [Locks](#locks).\n', ['It is told in Locks.']],
  ['a.md', '- [Pump leaks](#12)\n- [Valve sticks](#13)\n', ['Pump leaks', 'Valve sticks']],
])('other links stay: %s %s [G401]', async (file, text, told) => {
  expect(await textsOf(file, text)).toEqual(told)
})

test.each([
  ['a.md', 'See also: [Child lock](lock.md)'],
  ['a.md', '**See also:** [Child lock](lock.md) and [Batteries](batteries.md).'],
  ['a.md', '→ Related: [Child lock](lock.md) · [Batteries](b.md)'],
  ['a.md', '[Read more about locks](lock.md)'],
  ['a.md', '- See also: [Child lock](lock.md)'],
  ['a.md', 'See also:\n\n- [Child lock](lock.md)\n- [Batteries](b.md)'],
  ['a.md', '## See also\n\n- [Child lock](lock.md)\n- [Batteries](b.md)'],
  ['a.md', '## Child lock\n\nSee also: Child lock'],
  ['a.html', '<p>Siehe auch: <a href="lock.html">Child lock</a></p>'],
  ['a.rst', 'See also: `Child lock`_'],
  ['a.rst', 'See also: :doc:`lock`, :ref:`batteries`'],
  ['a.rst', '.. seealso::\n\n   :doc:`lock`\n   `Batteries`_'],
  ['a.rst', '.. seealso:: :doc:`lock`'],
  ['a.adoc', 'See also: <<lock,Child lock>>, xref:b.adoc[Batteries]'],
  ['a.org', 'See also: [[*Child lock][Child lock]]'],
  ['a.txt', 'CHILD LOCK\n\nSee also: Child lock'],
])('what only leads elsewhere is no text: %s %s [G402]', async (file, line) => {
  const text = file === 'a.html' ? `<p>${TEXT}</p>` : TEXT
  expect(await textsOf(file, `${line}\n\n${text}\n`)).toEqual([TEXT])
})

test('nor is it as the last line of a paragraph [G402]', async () => {
  expect(await textsOf('a.md', `${TEXT}\nSee also: [Child lock](lock.md)\n`)).toEqual([TEXT])
})

test.each([
  ['a.md', 'See also: the manual that lies in the box.'],
  ['a.md', 'See also [Child lock](lock.md) for the code.', 'See also Child lock for the code.'],
  ['a.md', 'Related: [Ticket 123](t.md)', 'Related: Ticket 123'],
  ['a.md', 'See also: https://example.org/lock'],
  ['a.rst', 'See also: `Child lock`_, which is red', 'See also: Child lock, which is red'],
  ['a.rst', '.. seealso::\n\n   The lock is red.', 'The lock is red.'],
  ['a.txt', 'Related: Ann Lee'],
  ['a.org', 'See also [[tel:0228][the desk, 0228 1234]]', 'See also the desk, 0228 1234'],
])('with own words it stays: %s %s [G402]', async (file, line, told = line) => {
  expect(await textsOf(file, `${line}\n`)).toEqual([told])
})
