import { describe, expect, test } from 'vitest'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { statementsOf, textsOf } from './statements-of.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const numbered = (count: number, text: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join('')

/** Each is read in a second or two, and takes minutes where its parser looks at all that it has read for each list or line. */
describe('a long text is read completely, whatever its lists and lines are [G436]', () => {
  test.each([
    ['lists.txt', numbered(8_000, (i) => `Size ${i}:\n- small\n- large\n`), ['Size 7999', 'large']],
    ['apart.md', numbered(8_000, (i) => `Size ${i}:\n\n- small\n- large\n\n`), ['Size 7999', 'large']],
    [
      'quoted.eml',
      `Subject: a\n\n${numbered(8_000, (i) => `> What ${i}?\n\nIt is blue.\n\n`)}`,
      ['What 7999?'],
    ],
    ['alerts.md', numbered(8_000, (i) => `> [!NOTE]\n> Pump ${i}\n\n`), ['Pump 7999']],
    ['counted.txt', numbered(12_000, (i) => `${i + 1}. Pump ${i}\n`), ['Pump 11999']],
    ['lines.md', numbered(20_000, (i) => `~~red~~ blue ${i}\n`), ['blue 19999']],
    ['links.md', numbered(12_000, (i) => `See [pump ${i}](http://a.b/${i})\n`), ['pump 11999']],
    ['indented.txt', `Pumps\n${numbered(12_000, (i) => `  pump ${i}\n`)}`, ['pump 11999']],
  ])('%s', { timeout: 30_000 }, async (file, text, told) => {
    const parsed = await parse({ file, bytes: bytesOf(text) })
    const last = 'passages' in parsed ? parsed.passages.slice(-3) : []
    for (const one of told) expect(last.map((passage) => passage.text).join('\n')).toContain(one)
  })

  test('in parts as it is read in one', async () => {
    const text = 'The pump is\n**blue** and\n1. first\ngoes on\n2. second\n\nPumps:\n\n```\n- a\n\nb\n```\n\n'
    for (const file of ['a.md', 'a.txt', 'a.adoc']) {
      const one = await textsOf(file, text)
      expect(await textsOf(file, text.repeat(200))).toEqual(Array.from({ length: 200 }, () => one).flat())
    }
  })

  test('with links whose addresses stand at its end, as in a changelog', async () => {
    const versions = numbered(
      200,
      (i) => `## [1.${i}]\n\n<!-- ${i} -->\nSee [the pump][p].\n\n- It is ${i}.\n\n`,
    )
    const defined = `${numbered(200, (i) => `[1.${i}]: https://a.b/${i}\n`)}[p]: https://a.b/p\n`
    const whole = await statementsOf('a.md', `${versions}${defined}\n<!--\n-->\n`)
    expect(await statementsOf('a.md', `${versions}${defined}`)).toEqual(whole)
    expect(whole.join('\n')).not.toContain('[')
  })

  test('with such addresses in time', { timeout: 30_000 }, async () => {
    const lists = numbered(8_000, (i) => `Size ${i}:\n\n- small\n- large\n\n`)
    expect((await textsOf('a.md', `${lists}[p]: https://a.b/p\n`)).at(-1)).toContain('large')
  })

  test('with marks that open in one line and close lines below', async () => {
    const rules = numbered(
      130,
      (k) =>
        `Rule ${k}: ~~we pay\nfor all\nthe oil\nand the\nhoses of\neach pump\nin a\nyear~~ we pay nothing.\n\n`,
    )
    const all = await textsOf('a.md', rules)
    expect(all).toHaveLength(130)
    expect(all.join()).not.toContain('hoses')
  })

  test('an item above 1,000 is one of its list, and a year begins none', async () => {
    const items = numbered(1_200, (i) => `${i + 1}. Pump ${i + 1}\n`)
    expect(await textsOf('a.txt', items)).toContain('Pump 1100')
    const year = ['We bought the pump in', '2019. It is blue.']
    expect(await textsOf('a.txt', year.join('\n'))).toEqual(year)
  })
})
