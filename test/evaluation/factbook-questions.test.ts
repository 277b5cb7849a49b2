import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const documents = fileURLToPath(new URL('../../examples/data/factbook/', import.meta.url))

const Question = z.strictObject({
  id: z.string().min(1),
  question: z.string().trim().min(8),
  answers: z.array(z.string().min(1)),
  unanswerable: z.literal(true).optional(),
  file: z.string().optional(),
})
type Question = z.infer<typeof Question>

const read = (name: string): Question[] =>
  readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => Question.parse(JSON.parse(line)))

const development = read('factbook-dev.jsonl')
const heldOut = read('factbook-held-out.jsonl')
const answerable = (questions: readonly Question[]): Question[] =>
  questions.filter((question) => question.unanswerable === undefined)
const filesOf = (questions: readonly Question[]): Set<string> =>
  new Set(answerable(questions).map((question) => question.file ?? ''))

describe.each([
  { name: 'development', questions: development },
  { name: 'held-out', questions: heldOut },
])('the $name questions over the factbook', ({ questions }) => {
  it('have gold answers that stand verbatim in their document', () => {
    for (const { id, question, answers, file } of answerable(questions)) {
      expect(file, id).toBeDefined()
      expect(existsSync(`${documents}${file}`), `${id}: ${file}`).toBe(true)
      const text = readFileSync(`${documents}${file}`, 'utf8')
      expect(answers.length, id).toBeGreaterThan(0)
      for (const answer of answers) expect(text.includes(answer), `${id} ${question}: ${answer}`).toBe(true)
    }
  })

  it('promise no answer and no document where there is none', () => {
    for (const { id, answers, file, unanswerable } of questions)
      if (unanswerable) expect({ id, answers, file }).toEqual({ id, answers: [], file: undefined })
  })

  it('do not give the answer away', () => {
    for (const { id, question, answers } of answerable(questions))
      for (const answer of answers)
        expect(question.toLowerCase().includes(answer.toLowerCase()), `${id} ${question}`).toBe(false)
  })
})

describe('the two question sets', () => {
  it('have unique ids and questions', () => {
    const all = [...development, ...heldOut]
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    expect(new Set(all.map(({ question }) => question.toLowerCase())).size).toBe(all.length)
  })

  it('are as many and as spread as promised', () => {
    expect(development.length).toBeGreaterThanOrEqual(180)
    expect(development.length - answerable(development).length).toBeGreaterThanOrEqual(40)
    expect(filesOf(development).size).toBeGreaterThanOrEqual(90)
    expect(heldOut.length).toBeGreaterThanOrEqual(80)
    expect(heldOut.length - answerable(heldOut).length).toBeGreaterThanOrEqual(20)
  })

  it('ask about different countries, so that fitting to one does not help with the other', () => {
    const tuned = filesOf(development)
    expect([...filesOf(heldOut)].filter((file) => tuned.has(file))).toEqual([])
  })
})
