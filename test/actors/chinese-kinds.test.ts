import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readText } from '../../actors/knowledge/documents/formats/markdown.ts'
import { LexicalIndex } from '../../actors/knowledge/retrieval/lexical-index.ts'
import { passages } from '../../actors/knowledge/text/passages.ts'
import { openFolder } from '../../actors/question-answering/open-folder.ts'
import { analyse } from '../../actors/question-answering/reading/question.ts'
import { createInference, type InferenceEngine } from '../../src/inference/index.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import { folderOf } from '../cli/cli.ts'

let engine: InferenceEngine

beforeAll(() => {
  engine = createInference({ kernel: platformKernel(), workers: 1 })
})
afterAll(() => engine.stop())

/** What a folder answers, however sure it is, and from which file. */
async function askedOf(files: Record<string, string>, question: string) {
  const docs = await folderOf(files)
  const team = await openFolder({ docs, indexDir: `${docs}/.index`, inference: engine })
  const { answer, sources } = await team.ask(question, { minConfidence: 0 })
  await team.stop()
  await rm(docs, { recursive: true })
  return { answer, file: sources[0]?.file }
}

describe('one word in two ways of writing', () => {
  const found = (texts: readonly string[], question: string): number[] => {
    const index = new LexicalIndex(texts.flatMap((text, i) => passages(readText(`${i}.txt`, text))))
    const terms = analyse(question, index).terms.map(({ term }) => term)
    return index.search(terms, 1).map(({ passage }) => passage)
  }

  test.each([
    ['茶庄的负责人是谁？', ['花店的店員是林小梅。', '茶莊的負責人是陳雅惠。']],
    ['茶莊的負責人是誰？', ['花店的店员是林小梅。', '茶庄的负责人是陈雅惠。']],
    ['2013年启用了什么？', ['学校于一九七八年启用礼堂。', '学校于二〇一三年启用校区。']],
    ['二〇一三年启用了什么？', ['学校于1978年启用礼堂。', '学校于2013年启用校区。']],
    ['第12条规定了什么？', ['第十一条 押金不退。', '第十二条 租金按季支付。']],
    ['第3条规定了什么？', ['第二條 押金不退。', '第三條 租金按季支付。']],
    ['３月关闭的是什么？', ['五月关闭的是泳池。', '三月关闭的是球场。']],
  ])('%s [G248]', (question, texts) => {
    expect(found(texts, question)).toEqual([1])
  })

  test('questions in traditional characters ask for the same kinds [G248]', () => {
    const kinds = ['誰負責車間？', '為什麼停止生產？', '門票多少錢？', '公司成立於哪一年？']
    const index = new LexicalIndex([])
    expect(kinds.map((one) => analyse(one, index).kind)).toEqual(['person', 'reason', 'money', 'date'])
  })

  test('the answer stays as it is written [G248]', async () => {
    const files = { '茶莊.txt': '永和茶莊在鹿港老街。現任負責人是陳雅惠。二樓有茶藝教室。\n' }
    expect(await askedOf(files, '现任负责人是谁？')).toMatchObject({ answer: '現任負責人是陳雅惠。' })
  })
})

describe('a folder in two scripts', () => {
  const files = {
    'heron.md': '# Heron\n\nHeron is a job scheduler. It was written by Olga Petrenko in 2019.\n',
    '夜莺.md': '# 夜莺\n\n夜莺是一个告警系统，由胡明在2021年编写。默认告警间隔为90秒。\n',
  }
  test.each([
    ['Heron 是谁写的？', 'heron.md'],
    ['夜莺是谁写的？', '夜莺.md'],
  ])('%s is answered from the passages that have the name [G249]', async (question, file) => {
    expect(await askedOf(files, question)).toMatchObject({ file })
  })
})

describe('Chinese prose that an editor wrapped', () => {
  const statementsOf = (text: string) =>
    passages(readText('文.txt', text)).flatMap(({ text, statements }) =>
      statements.map(({ start, end }) => text.slice(start, end).replaceAll('\n', '')),
    )

  test('is read as sentences [G250]', () => {
    const text =
      '梅岭古道始建于唐代开元四年，由宰相\n张九龄主持开凿，是沟通中原与岭南的\n重要通道。古道全长约八公里，路面以\n青石铺砌，宽处可容两辆马车并行。\n'
    expect(statementsOf(text)).toEqual([
      '梅岭古道始建于唐代开元四年，由宰相张九龄主持开凿，是沟通中原与岭南的重要通道。',
      '古道全长约八公里，路面以青石铺砌，宽处可容两辆马车并行。',
    ])
  })

  test('lines of an address or a form stay lines [G250]', () => {
    const text = '南溪博物馆\n地址：南溪区文昌街1号\n票价：成人40元，学生20元\n交通：地铁4号线文昌街站\n'
    expect(statementsOf(text)).toContain('票价：成人40元，学生20元')
  })
})

test('who asks what something contains gets all of the list', async () => {
  const files = {
    '说明书.md': '# 星尘望远镜\n\n套装包含：\n\n- 主镜筒一支\n- 三脚架一副\n- 防尘盖\n',
  }
  const { answer } = await askedOf(files, '星尘望远镜套装包含什么？')
  for (const item of ['主镜筒一支', '三脚架一副', '防尘盖']) expect(answer).toContain(item)
})

test('is not sure of another line of a form than the one asked for [G251]', async () => {
  const text =
    '南溪博物馆\n地址：南溪区文昌街1号\n开放时间：周二至周日 9:00—17:00（16:30停止入馆）\n票价：成人40元，学生20元，六十五岁以上免费\n交通：地铁4号线文昌街站B出口\n'
  const docs = await folderOf({ '博物馆.txt': text })
  const team = await openFolder({ docs, indexDir: `${docs}/.index`, inference: engine })
  expect(await team.ask('学生票多少钱？')).toMatchObject({ sure: true })
  expect(await team.ask('去南溪博物馆坐几号线？', { minConfidence: 0 })).toMatchObject({ sure: false })
  await team.stop()
  await rm(docs, { recursive: true })
})
