import { describe, expect, it } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { analyse } from '../../../actors/question-answering/reading/question.ts'
import { readingText } from '../../../actors/question-answering/reading/reading-text.ts'

/** What is left of a table for the trained reader, where the question names an amount. */
async function left(file: string, text: string, asked: string): Promise<string> {
  const parsed = await parse({ file, bytes: new TextEncoder().encode(text) })
  if ('reason' in parsed || parsed.passages[0] === undefined) throw new Error('no passage')
  const question = analyse(asked, { weight: () => 1, frequency: () => 1 })
  return readingText(question, parsed.passages[0], false).context.replace(/\s+/gu, ' ').trim()
}

const PRICES = 'Pieces,Price per piece\n1–49,4.20\n50-249,3.10\n250+,2.60\n'
const POOL =
  '| Ages | Single ticket |\n|---|---|\n| under 6 | free |\n| 6 to 15 | 3.50 |\n| 16–64 | 6.00 |\n| 65 and over | 4.50 |\n'
const POST =
  '| Weight | Length | Price |\n|---|---|---|\n| up to 2 kg | up to 60 cm | 4 |\n| 2–5 kg | 60–120 cm | 7 |\n| over 5 kg | over 120 cm | 19 |\n'
const TAX = 'Income;Rate\n£0 – £9,500;none\n£9,501 – £41,000;19 %\nover £41,000;38 %\n'

const SHIPPING = 'from_kg,to_kg,zone_a\n0,2,4.00\n2,5,6.50\n5,10,9.00\n10,,15.00\n'
const TIERS = '{"tiers": [{"minQty": 1, "maxQty": 49, "price": 4.2}, {"minQty": 50, "price": 3.1}]}'

describe('of a table with bands of amounts the rows count that are for the amount asked about [G290]', () => {
  it.each([
    [
      'prices.csv',
      PRICES,
      'What does one cost if I order 130 pieces?',
      'Pieces: 50-249 · Price per piece: 3.10',
    ],
    ['prices.csv', PRICES, 'price for an order of 250', 'Pieces: 250+ · Price per piece: 2.60'],
    ['pool.md', POOL, 'I am 67, how much is a ticket?', 'Ages: 65 and over · Single ticket: 4.50'],
    ['pool.md', POOL, 'What does my daughter of 5 pay?', 'Ages: under 6 · Single ticket: free'],
    ['post.md', POST, 'How much is a parcel of 80 cm?', 'Weight: 2–5 kg · Length: 60–120 cm · Price: 7'],
    ['shipping.csv', SHIPPING, 'What do 7 kg cost in zone A?', 'from_kg: 5 · to_kg: 10 · zone_a: 9.00'],
    ['shipping.csv', SHIPPING, 'price of a parcel of 30 kg', 'from_kg: 10 · zone_a: 15.00'],
    [
      'camp.csv',
      'pieces,min_age,max_age\n0–49,3,9\n50–199,4,99\n',
      'price for 130 pieces',
      'pieces: 50–199 · min_age: 4 · max_age: 99',
    ],
    ['tiers.json', TIERS, 'What does one cost if I order 80 pieces?', 'minQty: 50 · price: 3.1'],
    ['tax.csv', TAX, 'How much tax is due on £30,000?', 'Income: £9,501 – £41,000 · Rate: 19 %'],
  ])('%s: %s %s', async (file, text, asked, row) => {
    expect((await left(file, text, asked)).replace(/\.$/u, '')).toBe(row)
  })

  it.each([
    [
      'columns that are no bounds',
      'weather.csv',
      'city,low,high\nTrier,8,19\nKiel,15,25\n',
      'Which city had a high of 21 degrees?',
    ],
    ['a number that names a thing', 'prices.csv', PRICES, 'What is the price in zone 3?'],
    ['two columns of bands, neither named', 'post.md', POST, 'What does a parcel of 80 cost?'],
    [
      'an amount in no band',
      'tax.csv',
      TAX.replace('over £41,000;38 %\n', ''),
      'How much tax is due on £90,000?',
    ],
    [
      'a column of single amounts',
      'rooms.csv',
      'Seats,Room\n20,Elm\n30,Oak\n',
      'Which room is for 25 people?',
    ],
  ])('all rows count for %s', async (_, file, text, asked) => {
    expect((await left(file, text, asked)).split(' · ').length).toBeGreaterThan(2)
  })
})
