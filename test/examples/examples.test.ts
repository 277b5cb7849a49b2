import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const runExample = async (file: string) => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', `examples/${file}`], {
    cwd: ROOT,
  })
  return stdout
}

test('every example says how it is run, and is run here', async () => {
  const all = (await readdir(new URL('../../examples', import.meta.url))).filter((file) =>
    file.endsWith('.ts'),
  )
  // Scenarios are run by `ganglion simulate`, and in simulation.test.ts.
  const files = all.filter((file) => !file.endsWith('.sim.ts'))
  for (const file of files) {
    const source = await readFile(new URL(`../../examples/${file}`, import.meta.url), 'utf8')
    expect(source.startsWith(`// npx tsx examples/${file}\n`)).toBe(true)
  }
  expect(files.sort()).toEqual(Object.keys(OUTPUT))
})

const OUTPUT: Readonly<Record<string, RegExp>> = {
  '01-first-actor.ts': /^5\n$/u,
  '02-pipeline.ts': /^good 0\.80\nmarkets forwarded, people forwarded, tone forwarded, [\s\S]*markets: 0\.5/u,
  '04-label-propagation.ts': /^163 countries, 632 arrows\n20 told, 134 asked, 122 right .*converged: true/u,
  '05-pipeline-shapes.ts':
    /^score 1\.0\nSee our page on returns\nscore 1\.0\nAbout “my kettle[^\n]*, dear customer, dear customer\nkind kind\.short [^\n]*\ntrue\nflowchart LR true\n$/u,
  '06-fastify.ts': /^\{"total":12\}\n422 \/count\n200\n$/u,
  '07-sse.ts': /^partial rain\npartial is\npartial a\npartial good\npartial topic\nvalue \{ words: 5 \}\n$/u,
  '08-opentelemetry.ts':
    /^process first forwarded\nprocess second answered\nsend adding answered\nPOST \/pipelines\/adding \n42\n$/u,
}

for (const [file, output] of Object.entries(OUTPUT)) {
  test(`${file} prints what it promises`, async () => {
    expect(await runExample(file)).toMatch(output)
  })
}

test('the first actor of the README, and its test in the guide, are those that run here', async () => {
  const text = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), 'utf8')
  const example = await text('examples/01-first-actor.ts')
  expect(await text('README.md')).toContain(example.split('\n').slice(1).join('\n').trim())
  expect(await text('docs/actors.md')).toContain((await text('test/examples/counter.test.ts')).trim())
})
