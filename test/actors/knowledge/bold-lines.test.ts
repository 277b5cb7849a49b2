import { expect, test } from 'vitest'
import { linesOf } from './statements-of.ts'

test('each bold line of a paragraph is a heading, not the first one alone [G491]', async () => {
  const page =
    '<b>Fees</b><br>Adults: 60 EUR<br><br><b>What to bring with you</b><br>ID card<br>Photo<br><br><b>Address</b><br>Mill Street 4'
  expect(await linesOf('a.html', page)).toEqual([
    'Fees › Adults: 60 EUR',
    'What to bring with you › ID card',
    'What to bring with you › Photo',
    'Address › Mill Street 4',
  ])
  const notes = '**Monday**\nStaff meeting\n**Tuesday**\nCall Ann\nGo home\n'
  expect(await linesOf('a.md', notes)).toEqual([
    'Monday › Staff meeting',
    'Tuesday › Call Ann',
    'Tuesday › Go home',
  ])
})

test('but a bold line that says something is none [G491]', async () => {
  const page = '<b>Fees</b><br>Adults: 60 EUR<br><b>Closed on public holidays</b><br>Children: 5 EUR'
  expect(await linesOf('a.html', page)).toEqual([
    'Fees › Adults: 60 EUR',
    'Fees › Closed on public holidays',
    'Fees › Children: 5 EUR',
  ])
  expect(await linesOf('a.html', '<p>We open daily.<br><b>Not Mondays</b><br>Come early.</p>')).toEqual([
    'We open daily.',
    'Not Mondays',
    'Come early.',
  ])
})
