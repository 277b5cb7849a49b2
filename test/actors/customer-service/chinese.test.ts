import { expect, test } from 'vitest'
import { openCustomerService } from '../../../actors/index.ts'

const INTENTS: Readonly<Record<string, readonly string[]>> = {
  物流: [
    '我的包裹到哪里了',
    '订单什么时候送到',
    '快递还没有收到',
    '帮我查一下物流',
    '货发出了吗',
    '什么时候能到货',
    '包裹为什么这么慢',
    '请问我的订单到哪了',
  ],
  退货: [
    '我想退货',
    '这个东西可以退吗',
    '怎么申请退款',
    '我不要了想退掉',
    '退货需要什么手续',
    '收到的商品想退回去',
    '七天内可以退货吗',
    '退货的运费谁出',
  ],
  发票: [
    '请给我开发票',
    '发票什么时候寄',
    '可以开公司发票吗',
    '电子发票在哪里下载',
    '发票抬头写错了',
    '我需要增值税发票',
    '能补开发票吗',
    '发票怎么申请',
  ],
  密码: [
    '我忘记密码了',
    '怎么修改登录密码',
    '密码重置不了',
    '登录不上去',
    '账号被锁了怎么办',
    '验证码收不到',
    '如何找回密码',
    '密码错误太多次了',
  ],
}

test('[G151] Chinese examples are learned with the Chinese encoder, and Chinese messages are answered', async () => {
  const examples = Object.entries(INTENTS).flatMap(([intent, texts]) =>
    texts.map((text) => ({ text, intent })),
  )
  await using team = await openCustomerService({
    examples,
    replies: [
      { intent: '退货', reply: '七天内可以退货。' },
      { intent: '物流', reply: '订单 {number} 在路上。' },
    ],
  })
  const asked: readonly (readonly [string, string])[] = [
    ['请问怎么退货？', '退货'],
    ['我的快递到哪里了？', '物流'],
    ['能开一张发票给公司吗', '发票'],
    ['忘了登录密码，怎么找回', '密码'],
  ]
  for (const [text, intent] of asked) {
    const { candidates, missing } = await team.ask(text, text)
    expect(candidates[0]?.intent, text).toBe(intent)
    expect(missing).toEqual([])
  }
  expect((await team.ask('a', '请问怎么退货？')).answer).toBe('七天内可以退货。')
  await team.ask('b', '我的快递到哪里了？')
  expect((await team.ask('b', '订单 48213')).answer).toBe('订单 48213 在路上。')
}, 120_000)
