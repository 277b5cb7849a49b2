import { describe, expect, it } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { daysIn } from '../../../actors/knowledge/text/days.ts'
import { otherEntries } from '../../../actors/question-answering/reading/entries.ts'
import { analyse } from '../../../actors/question-answering/reading/question.ts'

/** The entries of a file that are kept from the trained reader. */
async function left(file: string, text: string, asked: string): Promise<string[]> {
  const parsed = await parse({ file, bytes: new TextEncoder().encode(text) })
  if ('reason' in parsed) throw new Error(parsed.reason)
  const others = otherEntries(analyse(asked, { weight: () => 1, frequency: () => 1 }), parsed.passages)
  return parsed.passages.flatMap((passage, i) =>
    (others[i] ?? []).map(({ start, end }) => passage.text.slice(start, end)),
  )
}

const ROTA = 'Day,Cook,Guests\n2025-03-12,Ida,14\n2025-03-13,Ole,9\n2025-03-14,Kai,20\n'
const JOURNAL = '12 March: sowed peas in bed two.\n\n14 March: sowed beans in bed three.\n'
const LOG = '2025-03-12 10:00 pump off, 40 bar\n2025-03-13 09:00 pump off, 31 bar\n'

describe('entries of another day than the question names do not answer, where it has entries of its own [G420]', () => {
  it.each([
    ['rota.csv', ROTA, 'Who cooks on 13 March?', ['Ida', 'Kai']],
    ['rota.csv', ROTA, 'Who cooks on March 13th, 2025?', ['Ida', 'Kai']],
    ['rota.csv', ROTA, 'Wer kocht am 13.3. im Haus?', ['Ida', 'Kai']],
    ['journal.txt', JOURNAL, 'What was sowed on 14 March?', ['peas']],
    ['pump.log', LOG, 'What was the pressure on the 12th of March?', ['31 bar']],
    ['rota.csv', ROTA.replace('2025-03-14', '2024-03-13'), 'Who cooks on 13 March 2025?', ['Ida', 'Kai']],
  ])('%s: %s %s', async (file, text, asked, others) => {
    const found = await left(file, text, asked)
    expect(found).toHaveLength(others.length)
    for (const [i, other] of others.entries()) expect(found[i]).toContain(other)
  })

  const FEES = 'From,Until,Fee\n2025-03-01,2025-05-31,40\n2025-06-01,2025-09-30,55\n'
  const STAYS = 'Guest,Arrival,Leaving\nBo,20 December,6 January\nUma,28 December,29 December\n'
  it.each([
    ['no entry has the day', 'rota.csv', ROTA, 'Who cooks on 20 March?'],
    ['the question names no day', 'rota.csv', ROTA, 'Who cooks for 14 guests?'],
    ['it asks for the days after one', 'rota.csv', ROTA, 'Who cooks after 12 March?'],
    ['it asks for several days', 'rota.csv', ROTA, 'Who cooks from 12 to 14 March?'],
    ['it asks for two days', 'rota.csv', ROTA, 'Who cooks on 12 and 13 March?'],
    ['it asks for a week', 'rota.csv', ROTA, 'Who cooks in the week of 12 March?'],
    ['it asks for the time since a day', 'journal.txt', JOURNAL, 'What has been sowed since 12 March?'],
    [
      'rows are valid from a day to another',
      'fees.csv',
      `${FEES}\n`,
      'What was the fee on 15 April, when the note of 15 April was written?',
    ],
    [
      'the day is between the first and the last of an entry',
      'stays.csv',
      STAYS,
      'Who is here on 28 December?',
    ],
    [
      'a sentence of prose names another day',
      'note.txt',
      'The fair of 12 March was put off. On 10 March the hall was flooded, says Ada.\n',
      'Why was the fair of 12 March put off?',
    ],
    [
      'an entry began and goes on',
      'shop.csv',
      'What,When\nSale,12 March\nCafé,since 3 March\n',
      'What was on 12 March?',
    ],
  ])('all count where %s', async (_, file, text, asked) => {
    expect(await left(file, text, asked)).toEqual([])
  })

  it('no days are versions, prices, what "may" be, years and times', () => {
    for (const text of [
      'Version 1.2.10',
      'It costs 3.10.',
      'The 5 may come',
      'March 2024',
      'Mar 10:30',
      'May 2.5 kg',
    ])
      expect(daysIn(text)).toEqual([])
    expect(daysIn('Sept 3, 2024')).toMatchObject([{ year: 2024, month: 9, day: 3 }])
    expect(daysIn('from 3.4. until 12.05.2025')).toMatchObject([
      { month: 4, day: 3 },
      { year: 2025, month: 5, day: 12 },
    ])
  })
})

describe('entries of a log about another part than the question names do not answer [G421]', () => {
  const disks = '2025-03-12 10:00:01 [sdb] 7 sectors lost\n2025-03-12 10:00:05 [sdc] 3 sectors lost\n'
  const levels =
    '2025-03-12 10:00:01 [ERROR] [upload] Quota reached\n2025-03-12 10:00:05 [INFO] [mail] An error went out to Bo\n'
  it.each([
    [disks, 'How many sectors did sdc lose?', ['sdb']],
    [levels, 'Which error had the upload?', ['mail']],
    [disks, 'How many sectors were lost at 10:00:05?', []],
    [disks, 'How many sectors did sda lose?', []],
    [levels, 'Who got the error?', []],
    [disks.replace('7 sectors', 'copied to sdc: 7 sectors'), 'How many sectors did sdc lose?', []],
    ['a = [sdb] 1\nb = [sdc] 2\n', 'What is sdc?', []],
  ])('%s %s', async (text, asked, others) => {
    const found = await left('disk.log', text, asked)
    expect(found).toHaveLength(others.length)
    for (const [i, other] of others.entries()) expect(found[i]).toContain(other)
  })
})

describe('rows and lines of another month than the question names do not answer, where one is of that month [G503]', () => {
  const BILLS =
    'Month,Item,Amount\n2024-02,Water,40.15\n2024-03,Water,41.80\n2024-04,Water,38.95\n2023-03,Water,39.10\n'
  it.each([
    ['bills.csv', BILLS, 'What was the water bill in March 2024?', ['40.15', '38.95', '39.10']],
    ['bills.csv', BILLS, 'what was the water bill in march?', ['40.15', '38.95']],
    ['paid.csv', 'Paid,Amount\n2024-02-28,40\n2024-03-02,41\n', 'How much was paid in March?', ['40']],
    ['pump.log', LOG.replace('03-12', '02-12'), 'What was the pressure in Feb 2025?', ['31 bar']],
  ])('%s: %s %s', async (file, text, asked, others) => {
    const found = await left(file, text, asked)
    expect(found).toHaveLength(others.length)
    for (const [i, other] of others.entries()) expect(found[i]).toContain(other)
  })

  it.each([
    ['no row is of that month', 'bills.csv', BILLS, 'What was the water bill in June?'],
    ['it asks for what came after it', 'bills.csv', BILLS, 'How high was the water bill after March?'],
    ['it compares', 'bills.csv', BILLS, 'Which month was dearer for water than in March?'],
    ['a thing is called by it', 'bills.csv', BILLS, 'What was paid for the March trip?'],
    ['it is a name', 'bills.csv', BILLS, 'How long did Jan drink water?'],
    ['it asks for a day for that month', 'bills.csv', BILLS, 'When do I pay for March 2024?'],
    ['it begins with a verb', 'bills.csv', BILLS, 'May I drink water?'],
    ['it asks for several months', 'bills.csv', BILLS, 'What did water cost in February and March?'],
    ['its word is no month', 'bills.csv', BILLS, 'What may I march for with water?'],
    [
      'rows are of several months',
      'open.csv',
      'From,To,Open\nJanuary,April,8\nMay,October,7\n',
      'When does it open in March?',
    ],
  ])('all count where %s', async (_, file, text, asked) => {
    expect(await left(file, text, asked)).toEqual([])
  })
})

describe('amounts of other things do not answer, where something has an amount of what is asked for [G507]', () => {
  const BREAD =
    'Evening: stir 120 g rye starter into 300 ml water.\n\nMorning: add 500 g flour and 18 g salt.\n\nBake for 50 minutes at 240 degrees.\n'

  it('in a recipe', async () => {
    expect(await left('bread.txt', BREAD, 'How much salt goes into the rye bread?')).toEqual([
      'Evening: stir 120 g rye starter into 300 ml water.',
    ])
    expect(await left('bread.txt', BREAD, 'How much of the water do I need?')).toEqual([])
    expect(await left('bread.txt', BREAD, 'How much butter goes into it?')).toEqual([])
  })

  it.each([
    ['How much water does a horse drink?', 'Mix 2 l of water.\n\nA horse drinks 40 l daily.\n'],
    ['How much luggage may I take in the cabin?', 'Take 20 kg luggage.\n\nIn the cabin 8 kg hand baggage.\n'],
    ['How much rent is flat A?', 'Pay 2 kg rent in coal.\n\nFlat A: 650 pounds monthly.\n'],
    ['How much paint do I need for the hall?', '## Paint\n\n- Loft: 2 l paint\n- Hall: 8 l white\n'],
  ])('but not what has other words of the question: %s', async (asked, text) => {
    expect(await left('a.md', text, asked)).toEqual([])
  })

  it('but an amount a day, or for somebody, is of the thing itself', async () => {
    const horses = 'Mix 2 l of water into the feed.\n\nA horse drinks 40 l a day.\n\nA foal: 12 l.\n'
    expect(await left('horses.txt', horses, 'How much water does a horse drink?')).toEqual([])
  })
})

describe('rows and lines of another time of day than the question names do not answer, where one has it [G514]', () => {
  const SAILINGS =
    '2025-11-03 11:20:19 WARN sailing=11:30 status=delayed reason="engine"\n2025-11-03 13:51:08 WARN sailing=14:15 status=cancelled reason="swell"\n'
  const ROTA_OF_DAY = 'Time,Boat\n9:00–17:00,Ida\n14:15,Ole\n15:50,Kai\n'

  it('the others are left out', async () => {
    expect(await left('ferry.log', SAILINGS, 'Why was the 14:15 sailing called off?')).toHaveLength(1)
    expect(await left('rota.csv', ROTA_OF_DAY, 'Who has the 14:15 boat?')).toEqual([
      'Time: 15:50 · Boat: Kai',
    ])
  })

  it.each([
    ['no line has it', 'ferry.log', SAILINGS, 'Why was the 16:00 sailing late?'],
    ['it asks for what came after', 'rota.csv', ROTA_OF_DAY, 'Who leaves after the 14:15 boat?'],
    ['it asks for another', 'rota.csv', ROTA_OF_DAY, 'What can I take instead of the 14:15 boat?'],
    ['it asks for the next', 'rota.csv', ROTA_OF_DAY, 'I missed the 14:15 boat, when is the next?'],
    ['nothing is named by the time', 'rota.csv', ROTA_OF_DAY, 'Who is there at 14:15?'],
    [
      'a line is written at another time',
      'a.log',
      '14:14 ERROR oil is low\n14:15 pump off\n',
      'Why did the 14:15 pump stop?',
    ],
  ])('all count where %s', async (_, file, text, asked) => {
    expect(await left(file, text, asked)).toEqual([])
  })
})
