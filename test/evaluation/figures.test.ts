import { describe, expect, it } from 'vitest'
import { figures } from '../../bench/eval/figures.ts'
import { readQuestions } from '../../bench/eval/questions.ts'
import { containsGold, exactMatch, f1, readSquad } from '../../bench/eval/squad.ts'

describe('SQuAD measures', () => {
  it('compares without case, punctuation and articles', () => {
    expect(exactMatch('The Main Building.', ['main building'])).toBe(1)
    expect(f1('in the main hall', ['main building'])).toBeCloseTo(0.4, 9)
    expect(f1('', ['x'])).toBe(0)
  })

  it('finds a gold answer as whole words only', () => {
    expect(containsGold('It is 4,853 km long.', ['4853 km'])).toBe(true)
    expect(containsGold('In 1990 it rained', ['19'])).toBe(false)
    expect(containsGold('Curaçao lies there', ['curacao'])).toBe(true)
    expect(containsGold('林务局以BOT模式移交，距离30km。', ['BOT模式'])).toBe(true)
    expect(containsGold('林务局以BOT模式移交，距离30km。', ['30km'])).toBe(true)
    expect(containsGold('林务局以BOTX模式移交', ['BOT'])).toBe(false)
  })
})

describe('figures', () => {
  const questions = readQuestions(
    [
      '{"id":"a","question":"q?","answers":["Paris"]}',
      '{"id":"b","question":"q?","answers":["Rome"],"file":"rome.md"}',
      '',
      '{"id":"c","question":"q?","answers":[],"unanswerable":true}',
      '{"id":"d","question":"q?","answers":[],"unanswerable":true}',
    ].join('\n'),
  )

  it('counts passages, answers, spans and abstentions', () => {
    const source = (file: string, passage: string) => ({ file, passage })
    const given = new Map([
      [
        'a',
        {
          answer: 'It is Paris.',
          span: 'Paris',
          abstained: false,
          sources: [source('f.md', 'It is Paris.')],
        },
      ],
      [
        'b',
        {
          answer: null,
          span: null,
          abstained: true,
          sources: [source('x.md', 'Rome'), source('rome.md', 'Rome')],
        },
      ],
      ['c', { answer: null, span: null, abstained: true, sources: [] }],
      ['d', { answer: 'No.', span: 'No', abstained: false, sources: [] }],
    ])
    expect(figures(questions, given)).toEqual({
      n: 4,
      answerable: 2,
      passageAt1: 0.5,
      passageAt5: 1,
      answerContainsGold: 0.5,
      answerContainsGoldGiven: 1,
      exact: 0.5,
      f1: 0.5,
      abstentionPrecision: 0.5,
      abstentionRecall: 0.5,
      falseAbstention: 0.5,
    })
  })

  it('names the line and field of a question that is wrong', () => {
    expect(() => readQuestions('{"id":"a","question":"q?","answers":["x"]}\n{"id":"b"}')).toThrow(
      expect.objectContaining({ code: 'evaluation-data', path: 'line 2.question' }),
    )
    expect(() => readQuestions('nonsense')).toThrow(expect.objectContaining({ path: 'line 1' }))
  })
})

describe('readSquad', () => {
  const json = JSON.stringify({
    data: [
      {
        title: 'Big_Dam',
        paragraphs: [
          {
            context: 'One.',
            qas: [{ id: '1', question: 'a?', answers: [{ text: 'One' }, { text: 'One' }] }],
          },
          { context: 'Two.', qas: [{ id: '2', question: 'b?', answers: [], is_impossible: true }] },
        ],
      },
    ],
  })

  it('makes a document of each paragraph or of each article', () => {
    expect(readSquad(json).documents.map((one) => one.text)).toEqual(['One.', 'Two.'])
    expect(readSquad(json, 'article').documents[0]?.text).toBe('# Big Dam\n\nOne.\n\nTwo.')
    expect(readSquad(json).questions).toMatchObject([
      { id: '1', answers: ['One'], unanswerable: false, file: 'p00000.txt' },
      { id: '2', unanswerable: true, file: 'p00001.txt', article: 'Big_Dam' },
    ])
  })

  it('refuses what is not a SQuAD file', () => {
    expect(() => readSquad('{}')).toThrow(expect.objectContaining({ code: 'evaluation-data' }))
  })
})
