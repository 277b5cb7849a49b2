import { describe, expect, test } from 'vitest'
import { statementsOf } from './statements-of.ts'

/** The statements without those that hold several others. */
async function parts(file: string, text: string): Promise<string[]> {
  return (await statementsOf(file, text)).filter((one) => !one.includes('\n'))
}

describe('a field keeps the name of the record that it is in, however deep it stands [G337]', () => {
  test('of an item of a list', async () => {
    const pods = (names: readonly string[]) =>
      names
        .map(
          (name, i) =>
            `        - name: ${name}\n          resources:\n            limits: {memory: ${i + 1}Gi}\n          env:\n            - {name: PORT, value: 300${i}}\n`,
        )
        .join('')
    const yaml = `spec:\n  template:\n    spec:\n      containers:\n${pods(['web', 'worker'])}`
    expect(await parts('k.yaml', yaml)).toEqual([
      'web · resources · limits · memory: 1Gi',
      'web · env · PORT · value: 3000',
      'worker · resources · limits · memory: 2Gi',
      'worker · env · PORT · value: 3001',
    ])
    const several = ['shop', 'mail'].map((name) => `metadata: {name: ${name}}\n${yaml}`).join('---\n')
    expect(await parts('k.yaml', several)).toContain('mail · worker · resources · limits · memory: 2Gi')
  })

  test('of a key beside others with the same fields, and of a record around', async () => {
    const stack = {
      services: {
        web: { deploy: { resources: { limits: { memory: '512M' } } } },
        db: { deploy: { resources: { limits: { memory: '2G' } } } },
      },
    }
    expect(await parts('c.json', JSON.stringify(stack))).toEqual([
      'web · resources · limits · memory: 512M',
      'db · resources · limits · memory: 2G',
    ])
    const book =
      '<book><section><title>Deadline</title><list><item><para>Keep the receipt.</para></item></list></section></book>'
    expect(await parts('b.xml', book)).toEqual(['Deadline · list · item · para: Keep the receipt.'])
    const order = {
      id: 'ORD-7',
      parts: [
        ['B-4', 3],
        ['N-4', 10],
      ].map(([sku, qty]) => ({ sku, qty })),
    }
    expect(await parts('o.json', JSON.stringify({ order }))).toContain(
      'ORD-7 · parts › sku: N-4 · qty: 10',
    )
  })

  test('but keys of different records are no names', async () => {
    const settings = { server: { tls: { versions: { least: '1.2' } } }, log: { level: 'info' } }
    expect(await parts('s.json', JSON.stringify(settings))).toEqual([
      'tls · versions · least: 1.2',
      'log · level: info',
    ])
  })
})
