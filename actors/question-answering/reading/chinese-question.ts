import type { AnswerKind } from './answer-kind.ts'

/** How Chinese asks for each kind of answer; the first that fits decides. */
const ASKED_BY: readonly (readonly [AnswerKind, RegExp])[] = [
  ['reason', /为什么|为何|为啥|什么原因|因何|何故|原因是/u],
  ['money', /多少(?:钱|元|块|美元|美金|英镑|欧元|日元|人民币|港币)/u],
  ['percent', /百分之(?:几|多少)|多大比例|比例[是为]?多少|百分比/u],
  ['duration', /多久|多长时间|(?:几|多少)个?(?:小时|分钟|秒|天|星期|周|月|年|世纪)/u],
  [
    'date',
    /什么时[候间刻]|何[时年月日]|哪一?[年天月日]|几[月号日]|哪个(?:年份|世纪|年代|月份|朝代)|什么(?:年代|日期)|(?:时间|日期)[是为]/u,
  ],
  ['quantity', /多[高长宽大重远深快厚]|(?:面积|海拔|高度|长度|重量|速度|深度|宽度)[是为有]?/u],
  ['number', /多少|第?几|人口|数量|总数/u],
  ['person', /谁|何人|哪一?位|什么人|哪个人/u],
  ['place', /哪里|哪儿|在哪|何[处地]|什么地[方点]|哪个?(?:国家?|城市|省|地区|州|县|市|区|岛|洲|村|镇)|位于/u],
  ['manner', /怎么|怎样|如何|怎麽/u],
  ['yes-no', /吗|是否|是不是|有没有|能不能|能否|可否/u],
]

/** Words that ask and stand in no answer. */
const ASKING =
  /请问|为什么|为何|什么时[候间刻]|什么|甚么|多少|多久|谁|哪一?[里儿个些年天月日位种]?|何[时年月日人处地]|怎么样?|怎样|如何|是否|是不是|有没有|能不能|能否|第?几|[吗呢吧？?]/gu

/** The kind of answer that a question in simplified Chinese asks for. */
export function chineseKind(text: string): AnswerKind {
  return ASKED_BY.find(([, asks]) => asks.test(text))?.[0] ?? 'thing'
}

/** The question without the words that ask; what is left stays at its place. */
export function withoutAsking(text: string): string {
  return text.replace(ASKING, (word) => ' '.repeat(word.length))
}

/** "有哪些", "哪几个", "分别是", "包含什么": several things are asked for. */
export function asksForSeveral(text: string): boolean {
  return /哪些|哪几|分别|(?:包含|包括|含有|带有|需要准备)了?(?:什么|啥)(?!的)/u.test(text)
}
