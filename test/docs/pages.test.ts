import { describe, expect, test } from 'vitest'
import { blocksOf, promised, runBlock, typeErrors } from './blocks.ts'

// Whole programs each. Those that say what they print are run; the others need a test runner, a folder or a hub.
describe.each([
  ['README.md', 4, 2],
  ['docs/asking.md', 1, 0],
  ['docs/actors.md', 20, 20],
  ['docs/durability.md', 4, 4],
  ['docs/errors.md', 1, 1],
  ['docs/inference.md', 1, 1],
  ['docs/merging.md', 3, 3],
  ['docs/models.md', 2, 0],
  ['docs/overload.md', 2, 2],
  ['docs/routing.md', 1, 1],
  ['docs/services.md', 6, 6],
  ['docs/teams.md', 1, 0],
  ['actors/customer-service/README.md', 1, 0],
  ['actors/opinion-monitor/README.md', 1, 1],
  ['actors/recommender/README.md', 1, 1],
])('%s', (page, least, leastRun) => {
  const blocks = blocksOf(page)
  const run = blocks
    .map((block) => ({ ...block, output: promised(block) }))
    .filter(({ output }) => output.stdout.length > 0)

  test('every block is a whole program, and compiles', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(least)
    expect(run.length).toBeGreaterThanOrEqual(leastRun)
    expect(typeErrors(blocks)).toEqual([])
  }, 60_000)

  test.each(run)('line $line, $title: prints what it says', async ({ output, ...block }) => {
    expect(await runBlock(block)).toEqual(output)
  })
})

describe('docs/adapters.md', () => {
  const blocks = blocksOf('docs/adapters.md')

  test('every block is a whole program, and compiles', () => {
    expect(blocks).toHaveLength(5)
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
