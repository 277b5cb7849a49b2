import { expect, test } from 'vitest'
import { textsOf } from './statements-of.ts'

/** What is read, with the lines of a statement joined. */
async function read(text: string): Promise<string[]> {
  return (await textsOf('a.txt', text)).map((one) => one.replace(/\n/gu, ' '))
}

test.each([
  'Mr Halloran stood down as treasurer after nine years and was\nthanked; his place was taken by Ines\nCalder, who keeps plot 40.',
  'It was agreed by all that were there to ask the secretary to write to Mrs\nPenrose about the gate.',
  'The letter about the gate of the lower field was brought to the\nTown\nCouncil on two days in July.',
])('a name that is cut by the end of a line is one: %s [G403]', async (text) => {
  const whole = text.replace(/\n/gu, ' ')
  expect(await read(`${text}\n`)).toEqual([whole])
  expect(await read(`1. The minutes were read.\n\n2. ${text}\n`)).toEqual(['The minutes were read.', whole])
})

test.each([
  [
    'Ann will ask the school whether the hall is free in June and\nthen write to Tom\nBen buys milk',
    ['Ann will ask the school whether the hall is free in June and then write to Tom', 'Ben buys milk'],
  ],
  [
    'Met with Tom\nAnn said that the hall is booked for all of June and until\nnoon on the first of July.',
    ['Met with Tom', 'Ann said that the hall is booked for all of June and until noon on the first of July.'],
  ],
])('lines that were ended on purpose are not joined: %s [G403]', async (text, told) => {
  expect(await read(`${text}\n`)).toEqual(told)
})
