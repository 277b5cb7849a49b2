import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AnswerEvent } from '../../actors/question-answering/ask-result.ts'
import { openFolder, type QuestionAnswering } from '../../actors/question-answering/open-folder.ts'
import { createInference, type InferenceEngine } from '../../src/inference/index.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import type { InferencePort } from '../../src/ports/inference.ts'
import { turns } from '../../src/testkit/until.ts'
import { folderOf } from '../cli/cli.ts'

const QUESTION = 'What colour is the pump?'
const kernel = platformKernel()
let engine: InferenceEngine
let docs: string
let indexDir: string
let team: QuestionAnswering

beforeAll(async () => {
  engine = createInference({ kernel, workers: 1 })
  docs = await folderOf({
    'pump.md': '# Pump\n\nThe pump is blue.\n',
    'hose.md': '# Hose\n\nThe hose is long.\n',
  })
  indexDir = await mkdtemp(join(tmpdir(), 'ganglion-index-'))
  team = await openFolder({ docs, indexDir, inference: engine, reader: false })
})
afterAll(async () => {
  await team.stop()
  await engine.stop()
  await rm(docs, { recursive: true })
  await rm(indexDir, { recursive: true })
})

/** The engine, but rows that `holds` picks are never answered: as where a worker hangs. */
function holding(own: InferencePort, holds: (rows: readonly unknown[]) => boolean): InferencePort {
  return {
    warm: (...given) => own.warm(...given),
    async run(task, rows, call) {
      if (!holds(rows)) return own.run(task, rows, call)
      return new Promise((_, reject) => {
        call?.signal?.addEventListener('abort', () => reject(call.signal?.reason))
      })
    },
  } as InferencePort
}

describe('a folder as part of a service', () => {
  test('answers from its files as they are after a refresh; work in flight ends', async () => {
    expect((await team.ask(QUESTION)).answer).toBe('The pump is blue.')
    await writeFile(join(docs, 'pump.md'), '# Pump\n\nThe pump is green.\n')
    const before = team.ask(QUESTION)
    const index = await team.refresh()
    expect(index).toMatchObject({ files: 2, embedded: 1 })
    expect(team.index).toBe(index)
    expect((await before).answer).toBe('The pump is blue.')
    expect((await team.ask(QUESTION)).answer).toBe('The pump is green.')
  })

  test('continues answering from the folder as it was when it can not be read again', async () => {
    const gone = await folderOf({ 'a.md': 'The valve is grey.\n' })
    await using own = await openFolder({ docs: gone, indexDir, inference: engine, reader: false })
    await rm(gone, { recursive: true })
    await expect(own.refresh()).rejects.toMatchObject({ code: 'docs-missing' })
    expect((await own.ask('What colour is the valve?')).answer).toBe('The valve is grey.')
  })

  test('answers each row of a job from the folder as it is when the row begins, and loses none to a refresh [G242]', async () => {
    const own = await folderOf({ 'pump.md': 'The pump is blue.\n' })
    await using jobs = await openFolder({ docs: own, indexDir, inference: engine, reader: false })
    const answers: unknown[] = []
    const rows = Array.from({ length: 40 }, () => QUESTION)
    for await (const { value, error } of jobs.askAll(rows, (row) => row, { ordered: true, inFlight: 2 })) {
      answers.push(value?.answer ?? error)
      if (answers.length !== 3) continue
      await writeFile(join(own, 'pump.md'), 'The pump is green.\n')
      await jobs.refresh()
    }
    expect(new Set(answers)).toEqual(new Set(['The pump is blue.', 'The pump is green.']))
    expect(answers).toHaveLength(40)
    expect(answers.at(-1)).toBe('The pump is green.')
    const later = jobs.stream(QUESTION)
    await jobs.refresh()
    const events: AnswerEvent[] = []
    for await (const event of later) events.push(event)
    expect(events.at(-1)).toMatchObject({ type: 'answer', result: { answer: 'The pump is green.' } })
    await rm(own, { recursive: true })
  })

  test('reads once more for all calls of refresh that come while it reads [G243]', async () => {
    const read = await Promise.all(Array.from({ length: 20 }, () => team.refresh()))
    expect(new Set(read).size).toBe(2)
    expect(read.at(-1)).toBe(team.index)
  })

  test('ends a reading in progress when it stops, and then reads no more [G243]', async () => {
    const lockers = Array.from({ length: 400 }, (_, i) => [
      `${i}.md`,
      `Locker ${i} stands on floor ${i % 7}.\n`,
    ])
    const many = await folderOf(Object.fromEntries(lockers))
    let reading = () => {}
    const begun = new Promise<void>((resolve) => {
      reading = resolve
    })
    const held = holding(engine, (rows) => {
      if (rows.length < 100) return false
      reading()
      return true
    })
    const own = await openFolder({ docs, indexDir, inference: held, reader: false })
    await cp(many, docs, { recursive: true })
    const refreshed = own.refresh()
    refreshed.catch(() => {})
    await begun
    await own.stop({ drain: 0 })
    await expect(refreshed).rejects.toMatchObject({ code: 'pipeline-stopped' })
    await expect(own.refresh()).rejects.toMatchObject({ code: 'pipeline-stopped' })
    for (const file of await readdir(many)) await rm(join(docs, file))
    await rm(many, { recursive: true })
  })

  test('waits no longer than its drain for questions on the folder as it was [G243]', async () => {
    let hold = false
    let reading = () => {}
    const begun = new Promise<void>((resolve) => {
      reading = resolve
    })
    const held = holding(engine, () => {
      if (hold) reading()
      return hold
    })
    const own = await openFolder({ docs, indexDir, inference: held, reader: false })
    hold = true
    const asked = own.ask(QUESTION, { timeout: '100s' })
    asked.catch(() => {})
    await begun
    hold = false
    await own.refresh()
    expect(own.inFlight).toBe(1)
    await own.stop({ drain: '50ms' })
    await expect(asked).rejects.toMatchObject({ code: 'pipeline-stopped' })
  }, 30_000)

  test('has a signal for its opening alone', async () => {
    const stop = new AbortController()
    await using own = await openFolder({
      docs,
      indexDir,
      inference: engine,
      reader: false,
      signal: stop.signal,
    })
    stop.abort()
    expect(await own.refresh()).toMatchObject({ files: 2 })
  })

  test('one tenant’s flood of questions does not hold up another’s [G59]', async () => {
    const ended: string[] = []
    const ask = async (tenant: string, text: string) => {
      await team.ask(text, { tenant, priority: 0 })
      ended.push(tenant)
    }
    const flood = Array.from({ length: 24 }, (_, at) => ask('flood', `What colour is pump number ${at}?`))
    const small = ask('small', 'How long is the hose?')
    await Promise.all([...flood, small])
    expect(ended.indexOf('small')).toBeLessThan(12)
    await expect(team.ask(QUESTION, { tenant: 7 as never })).rejects.toMatchObject({
      code: 'invalid-argument',
    })
    await expect(team.ask(QUESTION, { priority: 9 })).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  test('shows the steps of a question on their way, and its answer last', async () => {
    const events: AnswerEvent[] = []
    for await (const event of team.stream('How is the hose?')) events.push(event)
    const steps = events.flatMap((event) => (event.type === 'step' ? [event.step.processor] : []))
    expect(steps).toEqual(expect.arrayContaining(['question', 'dense', 'lexical', 'vote', 'answer']))
    expect(events.at(-1)).toMatchObject({ type: 'answer', result: { answer: 'The hose is long.' } })
  })

  test('sends no more than it shows of a text in thousands of places [G258]', async () => {
    const card = 'BEGIN:VCARD\nFN:Ann Lee\nTEL:5550123\nEND:VCARD\n'
    const many = await folderOf({ 'cards.vcf': card.repeat(3_000) })
    await using own = await openFolder({ docs: many, indexDir, inference: engine, reader: false })
    const asked = await own.ask('What is the phone of Ann Lee?', { explain: true, sources: 1_200 })
    expect(new Set(asked.sources.map(({ line }) => line)).size).toBe(1_200)
    expect((await own.ask('What is the phone of Ann Lee?')).sources).toHaveLength(5)
    for (const { frameBytes } of asked.explain?.messages ?? []) expect(frameBytes).toBeLessThan(20_000)
    await rm(many, { recursive: true })
  })

  test('bounds work in flight, and counts it', async () => {
    await using own = await openFolder({ docs, indexDir, inference: engine, reader: false, maxInFlight: 2 })
    const asked = Promise.allSettled([own.ask(QUESTION), own.ask(QUESTION), own.ask(QUESTION)])
    await turns()
    expect(own.inFlight).toBe(2)
    const settled = await asked
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(settled[2]).toMatchObject({ reason: { code: 'pipeline-full' } })
    expect(own.inFlight).toBe(0)
  })

  test('bounds it for the questions of all scripts together, and over a refresh', async () => {
    const mixed = await folderOf({
      'pump.md': 'The pump is blue.\n',
      '泵.md': '泵是蓝色的。泵的重量为七公斤。\n',
    })
    await using own = await openFolder({
      docs: mixed,
      indexDir,
      inference: engine,
      reader: false,
      maxInFlight: 2,
    })
    const ends = async (...questions: string[]) => {
      const settled = await Promise.allSettled(questions.map((question) => own.ask(question)))
      return settled.map((end) => (end.status === 'fulfilled' ? end.status : end.reason.code))
    }
    expect(await ends(QUESTION, '泵是什么颜色的？', QUESTION)).toEqual([
      'fulfilled',
      'fulfilled',
      'pipeline-full',
    ])
    await own.refresh()
    expect(await ends('泵是什么颜色的？', QUESTION)).toEqual(['fulfilled', 'fulfilled'])
    await rm(mixed, { recursive: true })
  })

  test('refuses questions and options that make no sense, by path', async () => {
    const refused = (question: unknown, options: object = {}) =>
      expect(team.ask(question as string, options)).rejects
    await refused('').toMatchObject({ code: 'invalid-argument', path: 'question' })
    await refused(' ?! ').toMatchObject({ code: 'invalid-argument', path: 'question' })
    await refused(7).toMatchObject({ code: 'invalid-argument', path: 'question' })
    await refused('x'.repeat(2001)).toMatchObject({ code: 'invalid-argument', path: 'question' })
    await refused(QUESTION, { timeOut: 1 }).toMatchObject({ code: 'invalid-argument', path: 'ask.timeOut' })
    await refused(QUESTION, { minConfidence: 2 }).toMatchObject({ path: 'ask.minConfidence' })
    await refused(QUESTION, { sources: 0 }).toMatchObject({ path: 'ask.sources' })
    await expect(team.stream('').next()).rejects.toMatchObject({ code: 'invalid-argument' })
    const job = (options: unknown) => () => team.askAll([QUESTION], (row) => row, options as object)
    expect(job(null)).toThrow(expect.objectContaining({ code: 'invalid-argument', path: 'askAll' }))
    expect(job({ sorted: true })).toThrow(expect.objectContaining({ path: 'askAll.sorted' }))
    expect(() => team.askAll([QUESTION], undefined as never)).toThrow(
      expect.objectContaining({ path: 'askAll.question' }),
    )
    await expect(team.stop({ drian: 1 } as never)).rejects.toMatchObject({ path: 'stop.drian' })
  })

  test.each([
    ['docs', ''],
    ['include', '*.md'],
    ['exclude', ['']],
    ['indexDir', ''],
    ['model', ''],
    ['reader', true],
    ['workers', 0],
    ['maxInFlight', 0],
    ['watch', 'yes'],
    ['inference', {}],
    ['signal', {}],
  ])('refuses %s of %j by its path before it reads', async (name, value) => {
    const opening = openFolder({ docs, indexDir, inference: engine, [name]: value } as never)
    await expect(opening).rejects.toMatchObject({ code: 'invalid-argument', path: `openFolder.${name}` })
  })

  test('lets work in flight end when it stops, and then takes nothing more', async () => {
    const own = await openFolder({ docs, indexDir, inference: engine, reader: false })
    const asked = own.ask(QUESTION)
    await own.stop({ drain: '10s' })
    expect((await asked).answer).toBe('The pump is green.')
    await expect(own.ask(QUESTION)).rejects.toMatchObject({ code: 'pipeline-stopped' })
    await own.stop()
  })

  test('may be opened several times at once, in one process: all share one index', async () => {
    const fresh = await mkdtemp(join(tmpdir(), 'ganglion-index-'))
    const opened = await Promise.all(
      Array.from({ length: 4 }, () =>
        openFolder({ docs, indexDir: fresh, inference: engine, reader: false }),
      ),
    )
    expect(opened.map(({ index }) => index.passages)).toEqual([2, 2, 2, 2])
    await Promise.all(opened.map((one) => one.stop()))
    expect((await readdir(fresh)).sort()).toEqual(['passages.gz', 'vectors.bin'])
    await rm(fresh, { recursive: true })
  })
})
