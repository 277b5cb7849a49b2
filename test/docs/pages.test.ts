import { describe, expect, test } from 'vitest'
import { blocksOf, promised, runBlock, typeErrors } from './blocks.ts'

describe.each([
  ['docs/actors.md', 20],
  ['docs/errors.md', 1],
])('%s', (page, least) => {
  const blocks = blocksOf(page)

  test('every block is a whole program, and compiles', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(least)
    expect(typeErrors(blocks)).toEqual([])
  }, 60_000)

  test.each(blocks)('line $line, $title: prints what it says', async (block) => {
    const output = promised(block)
    expect(output.stdout.length).toBeGreaterThan(0)
    expect(await runBlock(block)).toEqual(output)
  })
})

describe('docs/adapters.md', () => {
  const blocks = blocksOf('docs/adapters.md')

  test('every block is a whole program, and compiles', () => {
    expect(blocks).toHaveLength(4)
    expect(typeErrors(blocks)).toEqual([])
  }, 60_000)

  test.each(blocks)('line $line, $title: its adapter passes, without vitest', async (block) => {
    const { stdout } = await runBlock(block)
    const [passed, failed] = ['pass', 'fail'].map((word) =>
      Number(
        stdout
          .find((line) => new RegExp(`^(#|ℹ) ${word} `, 'u').test(line))
          ?.split(' ')
          .at(-1),
      ),
    )
    expect(passed).toBeGreaterThan(4)
    expect(failed).toBe(0)
  })
})
