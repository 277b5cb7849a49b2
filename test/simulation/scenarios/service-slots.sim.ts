import { Desk } from '../../../actors/customer-service/desk.ts'
import { trainIntents } from '../../../actors/customer-service/intents/train.ts'
import type { ServiceAnswer } from '../../../actors/customer-service/service.ts'
import { type Simulation, scenario } from '../../../src/simulation/index.ts'
import { embed } from '../word-vectors.ts'

const EXAMPLES = {
  book: ['book a table', 'I want to book a table', 'can I book a table for two', 'reserve a table'],
  pets: ['are dogs allowed', 'is my dog allowed', 'do you take dogs', 'can I bring my dog'],
  oos: ['whenever it suits you', 'as I said before', 'no idea really', 'hm well', 'what of the rain'],
}
const examples = Object.entries(EXAMPLES).flatMap(([intent, texts]) =>
  texts.map((text) => ({ text, intent, vector: embed(text) })),
)
const parts = {
  model: trainIntents(examples, { embedders: ['all-minilm-l6-v2'], seed: 1, kept: 1 }),
  replies: new Map([
    ['book', 'A table is booked for {date}.'],
    ['pets', 'Dogs are welcome.'],
  ]),
  minConfidence: 0.9,
  people: true,
}
const UNREADABLE = 'whenever it suits'
const CUSTOMERS = 3
const MESSAGES = 6
/** How often a person looks for what waits. */
const LOOKS = 100
const FAULTS = {
  throw: 0.01,
  slow: { rate: 0.02, range: ['10ms', '2s'] },
  crash: 0.02,
  workerDeath: 0.02,
  lateResult: { rate: 0.01, range: ['100ms', '5s'] },
} as const

/**
 * Customers book tables: the date is asked for, named, or not readable twice; then a person takes over. Conversations and readers crash on
 * the way. A table is booked for a date that this customer named, and nobody is asked a third time [G209].
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  sim.model('*', { latency: ['5ms', '60ms'], run: embed })
  const desk = await Desk.open({ system: sim.system({ askTimeout: '30s' }), parts })
  const dialogs = Promise.all([...sim.times(CUSTOMERS)].map((number) => dialog(sim, desk, number)))
  for (const _ of sim.times(LOOKS)) {
    await sim.sleep('100ms')
    for (const { id, question } of desk.waiting()) await desk.answer(id, `a person read: ${question}`)
  }
  await dialogs
  await sim.settle()
  sim.expect.quiescent()
  await desk.stop()
})

async function dialog(sim: Simulation, desk: Desk, number: number): Promise<void> {
  const customer = `customer ${number}`
  const named = new Set<string>()
  let asked = 0
  let text = 'book a table'
  for (let message = 0; message < MESSAGES; message++) {
    const answer = await answerTo(desk, customer, text)
    if (answer === undefined) return
    const booked = /booked for (.+)\./u.exec(answer.answer ?? '')?.[1]
    if (booked !== undefined && !named.has(booked))
      sim.unreachable(`a table for a date of ${customer}: ${booked}`)
    if (booked !== undefined) sim.reachable('a table is booked')
    if (answer.by === 'person' && !answer.answer?.startsWith('a person read: '))
      sim.unreachable('a hand-over has the answer of a person')
    if (answer.by === 'person') sim.reachable('a person took over')
    asked = answer.asks === undefined ? 0 : asked + 1
    if (asked > 2) sim.unreachable(`${customer} is asked a third time`)
    const date = `2026-0${number + 1}-1${message}`
    text =
      answer.asks === undefined
        ? sim.pick(['book a table', 'are dogs allowed'])
        : sim.pick([date, UNREADABLE])
    if (text === date) named.add(date)
  }
}

/** Undefined: it used up its attempts, which few runs show. */
async function answerTo(desk: Desk, customer: string, text: string): Promise<ServiceAnswer | undefined> {
  try {
    return await desk.ask(customer, text, { timeout: '1m' })
  } catch {
    return undefined
  }
}
