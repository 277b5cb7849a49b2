import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderOf, start } from './cli.ts'

const source = new URL('../../dist/src/index.js', import.meta.url).href

test('ganglion serve loads a .ts module, and those it imports, in a folder without "type": "module"', async () => {
  const folder = await folderOf({
    'package.json': '{ "private": true }',
    'twice.ts': 'export const twice = (x: number): number => 2 * x\n',
    'team.ts': `import { defineProcessor, pipeline } from ${JSON.stringify(source)}
import { twice } from './twice.ts'
const Any = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } as const
await Promise.resolve()
const double = defineProcessor({ name: 'double', input: Any, output: Any, process: (x) => twice(x as number) })
export default pipeline('double', Any).to(double)
`,
  })
  const serving = start(['serve', join(folder, 'team.ts'), '--port', '0'], { cache: join(folder, 'cache') })
  await serving.saw('/pipelines/double', 'stdout')
  serving.child.kill('SIGTERM')
  const { code, stdout } = await serving.ended
  const url = /POST (\S+)/u.exec(stdout)?.[1]
  expect([code, url?.endsWith('/pipelines/double')]).toEqual([0, true])
  await rm(folder, { recursive: true })
})
