import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readText } from '../../actors/knowledge/documents/formats/markdown.ts'
import { corpusOf } from '../../actors/knowledge/index/corpus.ts'
import { withoutVectors } from '../../actors/knowledge/retrieval/dense-index.ts'
import { LexicalIndex } from '../../actors/knowledge/retrieval/lexical-index.ts'
import { type Passage, passages } from '../../actors/knowledge/text/passages.ts'
import { isUnspaced, terms } from '../../actors/knowledge/text/words.ts'
import { calibrationOf } from '../../actors/question-answering/calibration/calibrations.ts'
import { OVERLAP_FEATURES } from '../../actors/question-answering/calibration/features.ts'
import { openFolder, type QuestionAnswering } from '../../actors/question-answering/open-folder.ts'
import { overlapFeatures } from '../../actors/question-answering/reading/overlap.ts'
import { analyse } from '../../actors/question-answering/reading/question.ts'
import { typedSpans } from '../../actors/question-answering/reading/spans.ts'
import { startTeam } from '../../actors/question-answering/start-team.ts'
import { createInference, type InferenceEngine } from '../../src/inference/index.ts'
import { Pauses } from '../../src/kernel/pauses.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import { folderOf } from '../cli/cli.ts'

const HANDBOOK =
  '# 水壶手册\n\n## 保修\n\n每个水壶自购买之日起享有三十个月的保修。保修不包括水垢。\n\n## 配送\n\n订单超过五十欧元免运费。包裹每周二离开仓库。\n\n## 维修\n\n维修在里昂的车间进行。车间由玛丽·杜布瓦负责。\n'
const kernel = platformKernel()
let engine: InferenceEngine
let docs: string
let indexDir: string
let team: QuestionAnswering

beforeAll(async () => {
  engine = createInference({ kernel, workers: 1 })
  docs = await folderOf({
    '手册.md': HANDBOOK,
    'pump.md': '# Pump handbook\n\nThe pump is covered by a warranty of 12 months.\n',
  })
  indexDir = await mkdtemp(join(tmpdir(), 'ganglion-index-'))
  team = await openFolder({ docs, indexDir, inference: engine })
})
afterAll(async () => {
  await team.stop()
  await engine.stop()
  await rm(docs, { recursive: true })
  await rm(indexDir, { recursive: true })
})

describe('a folder in Chinese and English', () => {
  test.each([
    ['水壶的保修期是多久？', '每个水壶自购买之日起享有三十个月的保修。'],
    ['订单超过多少欧元免运费？', '订单超过五十欧元免运费。'],
    ['包裹什么时候离开仓库？', '包裹每周二离开仓库。'],
  ])('%s', async (question, answer) => {
    const result = await team.ask(question, { minConfidence: 0 })
    expect(result.answer).toBe(answer)
    expect(result.sources[0]).toMatchObject({ file: '手册.md' })
    expect(result.path.map(({ processor }) => processor)).not.toContain('extraction')
  })

  test('is not sure of an amount that is counted by something else [G168]', async () => {
    const own = await folderOf({
      '公寓.md':
        '# 青松公寓\n\n公寓每月租金为2800元，押金为一个月租金。洗衣房在地下一层，每次收费5元。大门每晚十一点关闭。\n',
    })
    const one = await openFolder({ docs: own, indexDir, inference: engine })
    expect(await one.ask('公寓有多少层？', { minConfidence: 0 })).toMatchObject({ sure: false })
    expect(await one.ask('公寓租金是多少元？')).toMatchObject({ sure: true })
    await one.stop()
    await rm(own, { recursive: true })
  })

  test('names in Latin letters make neither a sentence nor a question English', async () => {
    const own = await folderOf({
      '服务.md':
        '# 服务\n\nFastify 默认监听3000端口。日志级别由 logLevel 设置。\n\nJohn Smith 设计了新的标志。\n',
      'service.md': '# Service\n\nThe Orders service listens on port 8080. Anna Berg leads the team.\n',
    })
    const one = await openFolder({ docs: own, indexDir, inference: engine })
    const answers: (string | null)[] = []
    for (const question of ['Fastify 默认监听哪个端口？', 'John Smith 设计了什么？', 'Who leads the team?'])
      answers.push((await one.ask(question)).answer)
    expect(answers).toEqual([
      'Fastify 默认监听3000端口。',
      'John Smith 设计了新的标志。',
      'Anna Berg leads the team.',
    ])
    await one.stop()
    await rm(own, { recursive: true })
  })

  test('answers English questions from its English files', async () => {
    const { answer, sources } = await team.ask('How long is the warranty of the pump?')
    expect(answer).toBe('The pump is covered by a warranty of 12 months.')
    expect(sources[0]).toMatchObject({ file: 'pump.md' })
  })

  test('does not answer what it does not hold', async () => {
    expect(await team.ask('火星上有多少人居住？')).toMatchObject({ answer: null, abstained: true })
  })

  test('a job sends every question to the team of its language', async () => {
    const questions = ['包裹什么时候离开仓库？', 'How long is the warranty of the pump?']
    const answers: (string | null | undefined)[] = []
    for await (const { value } of team.askAll(questions, (text) => text, { ordered: true, minConfidence: 0 }))
      answers.push(value?.answer)
    expect(answers).toEqual(['包裹每周二离开仓库。', 'The pump is covered by a warranty of 12 months.'])
  })
})

describe('a paragraph whose first sentence has the name', () => {
  const own = async (text: string, question: string) => {
    const folder = await folderOf({ '文.txt': text })
    const one = await openFolder({ docs: folder, indexDir, inference: engine })
    const { answer } = await one.ask(question, { minConfidence: 0 })
    await one.stop()
    await rm(folder, { recursive: true })
    return answer
  }

  test('is read with it, and told from it by what stands there alone', () => {
    const [passage] = passages(readText('文.txt', '黄蝉是夹竹桃科的灌木。种子扁平，边缘有翅。花冠鲜黄。\n'))
    const found = [{ number: 0, passage: passage as Passage, dense: 0, lexical: 0 }]
    const question = analyse('黄蝉的种子是什么形状？', new LexicalIndex([passage as Passage]))
    const rows = overlapFeatures(question, found)
    const column = (name: (typeof OVERLAP_FEATURES)[number]) =>
      rows.map((row) => row[OVERLAP_FEATURES.indexOf(name)] as number)
    const [first, seeds, flower] = column('withOpening') as [number, number, number]
    expect(seeds).toBeGreaterThan(first)
    expect(flower).toBe(first)
    expect(column('openingOnly').map((value) => value > 0)).toEqual([false, true, true])
    expect(column('amongRead')[1]).toBeGreaterThan(column('amongRead')[2] as number)
    expect(column('segments')[1]).toBeGreaterThan(0)
    expect(column('runs').map((value) => value > 0)).toEqual([true, true, false])
  })

  test('is answered with the sentence before where a consequence is what has the words of a question for reasons', async () => {
    const text = '旧仓库建于河边。桥墩在洪水中下沉了半米。因此石桥被永久关闭。游客现在乘船过河。\n'
    expect(await own(text, '石桥为什么被永久关闭？')).toBe('桥墩在洪水中下沉了半米。因此石桥被永久关闭。')
    expect(await own(text, '被永久关闭的是什么桥？')).toBe('因此石桥被永久关闭。')
  })
})

describe('without a model for Chinese', () => {
  test('its words find the answer', async () => {
    const all = passages(readText('手册.md', HANDBOOK.replace(/^#.*\n/gmu, '')))
    const own = await startTeam(
      await corpusOf(all, withoutVectors(all.length), new Pauses(kernel)),
      { calibration: calibrationOf('bge-small-zh-v1.5', false) },
      { kernel, inference: engine },
    )
    const result = await own.ask('维修在哪里进行？', 0, { minConfidence: 0 })
    expect(result.answer).toBe('维修在里昂的车间进行。')
    expect(result.path.map(({ processor }) => processor)).not.toContain('similarity')
    await own.stop(1_000)
  })
})

describe('the text of Chinese', () => {
  test('is indexed by characters and pairs of neighbours, and Latin words in it as words', () => {
    expect(terms('用Node启动。')).toEqual(['用', 'node', '启', '动', '启动'])
    expect(terms('北京，大学')).toEqual(['北', '京', '大', '学', '北京', '大学'])
  })

  test.each([
    '水壶',
    'ひらがなです',
    '什么是Fastify？',
    '什么是 GitHub Actions？',
    'Fastify 默认监听哪个端口？',
    'John Smith 设计了什么？',
    'Fastify 默认监听3000端口。日志级别由 logLevel 设置。',
    '请用 GitHub Actions 部署 Node.js 应用',
  ])('%s is Chinese or Japanese, whatever names it holds', (text) => {
    expect(isUnspaced(text)).toBe(true)
  })

  test.each([
    'What is 水壶?',
    'Who is 王小明?',
    'The kettle (水壶) holds two litres.',
    'Kettle 水壶 price list',
    '',
    '2026',
  ])("'%s' is not", (text) => {
    expect(isUnspaced(text)).toBe(false)
  })

  test.each([
    ['谁负责车间？', 'person'],
    ['公司成立于哪一年？', 'date'],
    ['门票多少钱？', 'money'],
    ['工厂在哪里？', 'place'],
    ['为什么停止生产？', 'reason'],
    ['保修期是多久？', 'duration'],
    ['山有多高？', 'quantity'],
    ['一共有多少座位？', 'number'],
    ['如何清洗水壶？', 'manner'],
  ])('%s asks for a %s', (question, kind) => {
    expect(analyse(question, new LexicalIndex([]))).toMatchObject({ kind })
  })

  test('holds dates, amounts and titles', () => {
    const text = '《红楼梦》于1791年12月出版，售价三十五元，印了2,000册，用时3个月，占百分之二十。'
    const found = typedSpans(text).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`)
    for (const one of [
      'quote 《红楼梦》',
      'date 1791年12月',
      'money 三十五元',
      'duration 3个月',
      'percent 百分之二十',
    ])
      expect(found).toContain(one)
  })
})
