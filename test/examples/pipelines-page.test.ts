import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const DRAWN = ['line', 'mean', 'ways', 'grow', 'nested']

/** The code blocks of the page as one program, which then tells its pictures behind a line of its own. */
test('the program on the page of pipelines prints what the page says, and its pictures are those that are shown', async () => {
  const page = await readFile(new URL('../../docs/pipelines.md', import.meta.url), 'utf8')
  const program = [...page.matchAll(/```ts\n([\s\S]*?)```/gu)].map(([, code]) => code).join('\n')
  const pictures = `console.log('---\\n' + JSON.stringify([${DRAWN.map((name) => `${name}.toSVG()`).join(', ')}]))`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', `${program}\n${pictures}`],
    { cwd: ROOT },
  )
  const [printed = '', drawn = ''] = stdout.split('---\n')
  expect(printed).toBe(/```text\n([\s\S]*?)```/u.exec(page)?.[1])
  for (const [i, svg] of (JSON.parse(drawn) as string[]).entries()) {
    const file = `images/pipeline-${DRAWN[i]}.svg`
    expect(page).toContain(`(${file})`)
    await expect(svg).toMatchFileSnapshot(`../../docs/${file}`)
  }
})
