import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REPLY_TEMPLATE } from '../../../actors/customer-service/answering/reply.ts'
import { loadIntents } from '../../../actors/customer-service/intents/model-file.ts'
import { customerService } from '../../../actors/customer-service/team.ts'
import { type CustomerService, openCustomerService, readRows } from '../../../actors/index.ts'
import { createInference, type InferenceEngine, platformKernel } from '../../../src/index.ts'
import { openJournal } from '../../../src/journal/index.ts'
import type { InferencePort } from '../../../src/ports/inference.ts'
import { until } from '../../../src/testkit/index.ts'

const SAMPLE = new URL('../../../actors/customer-service/sample/', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'ganglion-service-'))
const model = join(folder, 'intents.bin')
const documents = {
  ask: async (question: string) =>
    question.includes('warranty')
      ? { answer: 'Every lamp has a warranty of 24 months.', sources: [{ file: 'warranty.md', line: 3 }] }
      : { answer: null, sources: [] },
}
let inference: InferenceEngine
let team: CustomerService

beforeAll(async () => {
  inference = createInference({ kernel: platformKernel(), workers: 1 })
  const { rows: replies } = await readRows(`${SAMPLE}replies.csv`, REPLY_TEMPLATE)
  team = await openCustomerService({
    examples: `${SAMPLE}intents.csv`,
    save: model,
    replies,
    documents,
    inference,
  })
}, 300_000)

afterAll(async () => {
  await team.stop()
  await inference.stop()
  rmSync(folder, { recursive: true })
})

test('a message is answered by the reply of its intent, with the slots of the conversation', async () => {
  const asked = await team.ask('ann', 'Where is my parcel?')
  expect(asked).toMatchObject({ by: 'reply', intent: 'track_order', answer: 'Please tell us the number.' })
  const again = await team.ask('ann', 'Where is my parcel? It is order 48213')
  expect(again.answer).toContain('Order 48213 is with our courier')
})

test('a follow-up is read with what it refers to', async () => {
  await team.ask('bob', 'Can I return a lamp from order 77120?')
  const next = await team.ask('bob', 'and for chairs?')
  expect(next).toMatchObject({
    followUp: true,
    intent: 'return_item',
    text: expect.stringContaining('chairs'),
  })
  expect((await team.ask('eve', 'and for chairs?')).followUp).toBe(false)
})

test('what no reply answers is answered from the documents, or handed over with a summary', async () => {
  const found = await team.ask('cid', 'Which warranty does the lamp have, in months?')
  if (found.by === 'documents') expect(found.sources).toEqual(['warranty.md:3'])
  const person = await team.ask('cid', 'How tall is the tower in Lisbon?')
  expect(person).toMatchObject({ by: 'person', intent: undefined })
  expect(person.handOver?.summary).toContain('How tall is the tower in Lisbon?')
  expect(person.handOver?.candidates.length).toBe(3)
})

test('[G111] the same message gets the same answer, also from a team that starts from the saved file', async () => {
  await using other = await openCustomerService({ model, inference })
  const [first, second] = [
    await team.ask('d', 'My card was refused'),
    await other.ask('d', 'My card was refused'),
  ]
  expect(second.candidates).toEqual(first.candidates)
  expect((await team.ask('e', 'My card was refused')).candidates).toEqual(first.candidates)
})

test('[G112] a message is answered although any of its processors is killed on the way', async () => {
  for (const processor of [
    'linear',
    'nearest',
    'ngrams',
    'vote',
    'decide',
    'route',
    'route.reply',
    'rest',
    'rest.settled',
  ]) {
    const asked = team.ask(`kill ${processor}`, 'Please reset my password')
    team.kill(processor)
    expect(await asked).toMatchObject({ intent: 'reset_password', by: 'reply' })
  }
})

test('[G113] a reader that is dead shows as missing, and the others answer', async () => {
  const dead = {
    ...inference,
    run: () => Promise.reject(new Error('no model')),
    warm: () => Promise.reject(new Error('no model')),
    stop: async () => {},
  }
  await using other = await openCustomerService({ model, inference: dead })
  const answer = await other.ask('f', 'Please reset my password')
  expect(answer.missing).toEqual(['linear', 'nearest'])
  expect(answer.candidates[0]?.intent).toBe('reset_password')
})

test('[G113] a reader that is later than the grace shows as missing, and is heard by a team with a longer one', async () => {
  const run: InferencePort['run'] = async (task, rows, call) => {
    await sleep(300)
    return inference.run(task, rows, call)
  }
  const warm: InferencePort['warm'] = (task) => inference.warm(task)
  const slow = { run, warm, stop: async () => {} }
  await using hasty = await openCustomerService({ model, inference: slow, grace: '1ms' })
  await using patient = await openCustomerService({ model, inference: slow, grace: '1m' })
  expect((await hasty.ask('j', 'Please reset my password')).missing).toEqual(['linear', 'nearest'])
  expect((await patient.ask('j', 'Please reset my password')).missing).toEqual([])
  await expect(openCustomerService({ model, inference, grace: 'soon' })).rejects.toMatchObject({
    code: 'invalid-argument',
    path: 'openCustomerService.grace',
  })
})

test('[G114] a message that nobody answers waits for a person, and gets that answer', async () => {
  await using other = await openCustomerService({ model, inference, people: true })
  const asked = other.ask('g', 'How tall is the tower in Lisbon?')
  await until(() => other.waiting().length === 1)
  const [question] = other.waiting()
  expect(question?.question).toContain('How tall is the tower in Lisbon?')
  await other.answer(question?.id ?? '', 'We only sell furniture.')
  expect(await asked).toMatchObject({ by: 'person', answer: 'We only sell furniture.' })
})

test('[G157] with a store a message that waits for a person waits on in the next process, and its key gets the answer', async () => {
  await using journal = await openJournal(join(folder, 'journal'))
  const parts = { model, inference, people: true, store: journal.store('service') }
  const text = 'How tall is the tower in Lisbon?'
  const first = await openCustomerService(parts)
  const left = first.ask('g', text, { key: 'm1' }).catch((error: unknown) => error)
  const gone = AbortSignal.abort(new Error('the caller leaves'))
  await expect(first.ask('g', text, { key: 'm1', signal: gone })).rejects.toBe(gone.reason)
  await until(() => first.waiting().length === 1)
  await first.stop()
  expect(await left).toMatchObject({ code: 'pipeline-stopped' })
  {
    await using next = await openCustomerService(parts)
    await until(() => next.waiting().length === 1)
    const asked = next.ask('g', text, { key: 'm1' })
    await next.answer(next.waiting()[0]?.id ?? '', 'We only sell furniture.')
    expect(await asked).toMatchObject({
      by: 'person',
      answer: 'We only sell furniture.',
      message: text,
      followUp: false,
    })
  }
  await using last = await openCustomerService(parts)
  expect(await last.ask('g', text, { key: 'm1' })).toMatchObject({ answer: 'We only sell furniture.' })
  expect(last.waiting()).toEqual([])
}, 60_000)

test('[G115] the weights of the vote are read, swapped and learned while the team runs', async () => {
  await using other = await openCustomerService({ model, inference })
  other.reweigh({ linear: 0.2, nearest: 0.2, ngrams: 0.6 })
  expect(other.weights()).toMatchObject({ linear: 0.2, nearest: 0.2, ngrams: 0.6 })
  const answer = await other.ask('h', 'Please reset my password')
  const wrong = { ...answer, votes: { ...answer.votes, ngrams: { intent: 'invoice', probability: 1 } } }
  other.learn(wrong, 'reset_password')
  expect(other.weights().ngrams).toBeLessThan(0.6)
  expect(other.weights().linear).toBeGreaterThan(0.2)
})

test('[G115] weights that would leave no reader are refused, and those of now are kept in a file', async () => {
  await using other = await openCustomerService({ model, inference })
  const before = other.weights()
  expect(() => other.reweigh({ linear: 0, nearest: 0, ngrams: 0 })).toThrow(
    expect.objectContaining({ code: 'invalid-argument', path: 'reweigh.weights' }),
  )
  expect(() => other.reweigh({ linear: -1 })).toThrow(expect.objectContaining({ code: 'routing-matrix' }))
  expect(other.weights()).toEqual(before)
  other.reweigh({ linear: 0, nearest: 0.25, ngrams: 0.75 })
  const file = join(folder, 'taught.bin')
  await other.save(file)
  await using next = await openCustomerService({ model: file, inference })
  expect(next.weights()).toEqual({ nearest: 0.25, ngrams: 0.75 })
  await expect(other.save('')).rejects.toMatchObject({ code: 'invalid-argument', path: 'save.file' })
})

test('of several replies for one intent the last counts, and a notice says so', async () => {
  const notices: string[] = []
  const replies = ['first', 'last'].map((reply) => ({ intent: 'track_order', reply }))
  const own = await openCustomerService({ model, replies, inference, onNotice: (text) => notices.push(text) })
  expect(await own.ask('ann', 'Where is my parcel?')).toMatchObject({ answer: 'last' })
  expect(notices.join()).toContain("'track_order' has several replies")
  await own.stop()
})

test('examples that can teach nothing, and a damaged file, are refused', async () => {
  const one = [{ text: 'hello', intent: 'greet' }]
  await expect(openCustomerService({ examples: one, inference })).rejects.toMatchObject({
    code: 'too-few-examples',
  })
  // The same message twice is one example.
  const twice = ['greet', 'leave'].flatMap((intent) => [0, 1].map(() => ({ text: intent, intent })))
  await expect(openCustomerService({ examples: twice, inference })).rejects.toMatchObject({
    code: 'too-few-examples',
  })
  await expect(openCustomerService({ model: `${SAMPLE}replies.csv`, inference })).rejects.toMatchObject({
    code: 'intents-damaged',
  })
  await expect(
    openCustomerService({ examples: [{ text: 'hello' }] as never, inference }),
  ).rejects.toMatchObject({ code: 'invalid-argument', path: 'openCustomerService.examples[0].intent' })
  await expect(openCustomerService({ model: 'nowhere', inference })).rejects.toMatchObject({
    code: 'intents-missing',
  })
  await expect(team.ask('', 'x')).rejects.toMatchObject({ code: 'invalid-argument', path: 'ask.customer' })
})

test('[G152] after the answer asked for a slot, a short message that fills it is about what came before', async () => {
  expect(await team.ask('i', 'Where is my parcel?')).toMatchObject({ asks: ['number'], by: 'reply' })
  const next = await team.ask('i', 'sure, it is 48213')
  expect(next).toMatchObject({ followUp: true, intent: 'track_order' })
  expect(next.answer).toContain('Order 48213')
  const other = await team.ask('i', 'My card was refused, order 48213')
  expect(other).toMatchObject({ followUp: false, intent: 'payment_failed' })
})

test('the README shows the plan that runs, with the weights that the sample taught', async () => {
  const readme = readFileSync(new URL('../../../actors/customer-service/README.md', import.meta.url), 'utf8')
  const parts = { replies: new Map<string, string>(), minConfidence: 0, people: false }
  expect(readme).toContain(
    customerService({ model: await loadIntents(model), ...parts })
      .toMermaid()
      .trim(),
  )
})
