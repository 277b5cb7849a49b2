import { expect, test } from 'vitest'
import { blocksOf, promised, runBlock, typeErrors } from './blocks.ts'

const blocks = blocksOf('docs/actors.md')

test('docs/actors.md: every block is a whole program, and compiles', () => {
  expect(blocks.length).toBeGreaterThan(20)
  expect(typeErrors(blocks)).toEqual([])
}, 60_000)

test.each(blocks)('docs/actors.md:$line $title', async (block) => {
  const output = promised(block)
  expect(output.stdout.length).toBeGreaterThan(0)
  expect(await runBlock(block)).toEqual(output)
})
