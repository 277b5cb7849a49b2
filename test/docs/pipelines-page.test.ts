import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { blocksOf, programOf, runBlock, typeErrors } from './blocks.ts'

const DRAWN = ['line', 'mean', 'ways', 'grow', 'nested']

/** The code blocks of the page as one program, which then tells its pictures behind its own line. */
test('the program on the page of pipelines compiles and prints what the page says, and its pictures are those that are shown', async () => {
  const page = await readFile(new URL('../../docs/pipelines.md', import.meta.url), 'utf8')
  const program = programOf(blocksOf('docs/pipelines.md'))
  expect(typeErrors([program])).toEqual([])
  const pictures = `console.log('---\\n' + JSON.stringify([${DRAWN.map((name) => `${name}.toSVG()`).join(', ')}]))`
  const { stdout } = await runBlock({ ...program, code: `${program.code}\n${pictures}` })
  const [printed = '', drawn = ''] = stdout.join('\n').split('---\n')
  expect(printed).toBe(/```text\n([\s\S]*?)```/u.exec(page)?.[1])
  for (const [i, svg] of (JSON.parse(drawn) as string[]).entries()) {
    const file = `images/pipeline-${DRAWN[i]}.svg`
    expect(page).toContain(`(${file})`)
    await expect(svg).toMatchFileSnapshot(`../../docs/${file}`)
  }
}, 60_000)
