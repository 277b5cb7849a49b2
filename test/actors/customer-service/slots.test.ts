import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asksForPerson } from '../../../actors/customer-service/answering/asks-for-person.ts'
import { slotsOf } from '../../../actors/customer-service/answering/slots.ts'
import { type CustomerService, openCustomerService } from '../../../actors/index.ts'

const EXAMPLES = {
  book: ['book a table', 'I want to book a table', 'can I book a table for two', 'reserve a table'],
  pets: ['are dogs allowed', 'is my dog allowed', 'do you take dogs', 'can I bring my dog'],
  oos: [
    'whenever it suits you',
    'as I said before',
    'no idea really',
    'what do you think of rain',
    'hm well',
  ],
  seat: ['what is my seat', 'which seat is mine', 'tell me my seat', 'where is my seat'],
}
const DOCUMENTS = {
  ask: async (question: string) => ({
    answer: question.includes('pool') ? 'The pool opens at 9.' : null,
    sources: [],
  }),
}
let team: CustomerService

/** Stands for the model: each word of a text has a direction of its own. */
const words = new Map<string, number>()
function embed(text: string): Float32Array {
  const vector = new Float32Array(256)
  for (const word of text.toLowerCase().match(/[a-z]+/gu) ?? []) {
    const at = words.get(word) ?? words.size
    words.set(word, at)
    vector[at % vector.length] = 1
  }
  return vector
}

beforeAll(async () => {
  team = await openCustomerService({
    examples: Object.entries(EXAMPLES).flatMap(([intent, texts]) => texts.map((text) => ({ text, intent }))),
    replies: [
      { intent: 'book', reply: 'A table is booked for {date}.' },
      { intent: 'pets', reply: 'Dogs are welcome.' },
      { intent: 'seat', reply: 'The seat of {name} is by the window.' },
    ],
    documents: DOCUMENTS,
    minConfidence: 0.9,
    inference: {
      run: async (_task: unknown, rows: readonly unknown[]) =>
        rows.map((row) => embed(row as string)) as never,
      warm: async () => ({}) as never,
      stop: async () => {},
    },
  })
})
afterAll(() => team.stop())

describe('[G203] a date is read as people write it', () => {
  test.each([
    ['tomorrow', 'tomorrow'],
    ['15 March', '15 March'],
    ['on the 15th of march, please', 'the 15th of march'],
    ['March 15th, 2026 at noon', 'March 15th, 2026'],
    ['Sept. 3', 'Sept. 3'],
    ['the day after tomorrow', 'the day after tomorrow'],
    ['next Friday', 'next Friday'],
    ['Friday, 15 March', '15 March'],
    ['in two weeks', 'in two weeks'],
    ['three days ago', 'three days ago'],
    ['2026-03-15', '2026-03-15'],
    ['15.3.2026', '15.3.2026'],
    ['3/15/2026', '3/15/2026'],
    ['29 February', '29 February'],
    ['29.2.28', '29.2.28'],
    ['2026-02-31 or 2026-03-01', '2026-03-01'],
    ['明天可以吗', '明天'],
    ['3月15日', '3月15日'],
    ['下周五', '下周五'],
  ])('%s', (text, date) => {
    expect(slotsOf(text).date).toBe(date)
  })

  test.each([
    'I may come with 20 people',
    'we march on',
    'order 48213',
    'version 99.99.2026',
    'a secondary card',
    '31 February',
    'on the 30th of February, please',
    'June 31st',
    '2026-02-31',
    '2026-13-01',
    '30.2.2026',
    '29 February 2026',
    '2月30日',
  ])('not in: %s', (text) => {
    expect(slotsOf(text).date).toBeUndefined()
  })

  test('what was asked for is read more freely, and a slot of one’s own takes a short message whole', () => {
    expect(slotsOf('15/3').date).toBeUndefined()
    expect(slotsOf('15/3', ['date'])).toEqual({ date: '15/3' })
    expect(slotsOf('it is A-17', ['number'])).toEqual({ number: 'A-17' })
    expect(slotsOf('20', ['amount'])).toEqual({ amount: '20' })
    expect(slotsOf('Ann Lee.', ['name'])).toEqual({ name: 'Ann Lee' })
    expect(slotsOf('why do you ask?', ['name'])).toEqual({})
  })
})

describe('[G203] a customer who asks for a person gets one, whatever the intents are', () => {
  test.each([
    'let me talk to a human',
    'Can I speak with someone please?',
    'connect me to a real person',
    'put me through to your customer service',
    'I want a human being!',
    'agent',
    'is there a real person there',
    '转人工',
    '我要找人工客服',
  ])('%s', async (text) => {
    const answer = await team.ask(`person ${text}`, text)
    expect(answer).toMatchObject({ by: 'person' })
    expect(answer.answer).toBeUndefined()
    expect(answer.handOver?.summary).toContain('A person was asked for')
  })

  test.each([
    'is my dog allowed',
    'the agent told me that my dog is allowed',
    "I don't want to talk to a person",
    'a table for four persons',
    '不要转人工',
  ])('not: %s', (text) => {
    expect(asksForPerson(text)).toBe(false)
  })
})

test('[G203] a slot that can’t be read is asked for once more, with an example, and then a person takes over', async () => {
  const said = async (text: string) => team.ask('loop', text)
  expect(await said('book a table')).toMatchObject({ by: 'reply', answer: 'Please tell us the date.' })
  expect(await said('whenever it suits')).toMatchObject({
    answer: 'We could not read that. Please tell us the date, such as 15 March or 2026-03-15.',
    asks: ['date'],
  })
  const person = await said('no idea')
  expect(person).toMatchObject({ by: 'person' })
  expect(person.handOver?.summary).toContain('We asked 2 times for the date')
  expect(await said('are dogs allowed')).toMatchObject({ answer: 'Dogs are welcome.' })
})

test('[G203] a day that the calendar does not have is asked for again, and its digits fill nothing', async () => {
  await team.ask('calendar', 'book a table')
  expect(await team.ask('calendar', '31 February')).toMatchObject({ asks: ['date'] })
  expect(await team.ask('calendar', '2026-03-01')).toMatchObject({
    answer: 'A table is booked for 2026-03-01.',
  })
  expect(slotsOf('30/2', ['date'])).toEqual({})
  expect(slotsOf('2026-02-31', ['date'])).toEqual({})
})

test('[G203] the second try fills the slot of the message that needed it', async () => {
  await team.ask('second', 'book a table')
  await team.ask('second', 'whenever it suits')
  expect(await team.ask('second', 'ok, tomorrow')).toMatchObject({
    followUp: true,
    answer: 'A table is booked for tomorrow.',
  })
  // Another request has a date of its own.
  expect(await team.ask('second', 'reserve a table')).toMatchObject({ asks: ['date'] })
})

test('[G203] the same request again and again is no loop', async () => {
  const answers = []
  for (let i = 0; i < 3; i++) answers.push(await team.ask('again', 'book a table'))
  expect(answers.map(({ by }) => by)).toEqual(['reply', 'reply', 'person'])
})

test('[G203] another question in between is answered, from replies and from documents', async () => {
  await team.ask('other', 'book a table')
  expect(await team.ask('other', 'are dogs allowed')).toMatchObject({ answer: 'Dogs are welcome.' })
  expect(await team.ask('name', 'what is my seat')).toMatchObject({ asks: ['name'] })
  expect(await team.ask('name', 'Ann Lee')).toMatchObject({ answer: 'The seat of Ann Lee is by the window.' })
})
