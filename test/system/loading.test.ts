import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const HEAVY = [
  'lmdb',
  'croner',
  'onnxruntime-node',
  'piscina',
  'mathjs',
  'msgpackr',
  'zod',
  'commander',
  'xstate',
  '@huggingface',
  'vitest',
  'fast-check',
]

/** Resolves what an import of the built package pulls in, by a loader hook in its own process. */
async function loadedBy(specifier: string): Promise<string[]> {
  const hook = `export async function load(url, context, next) { process._rawDebug(url); return next(url, context) }`
  const script = `
    import { register } from 'node:module'
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}))
    await import(${JSON.stringify(specifier)})
    process._rawDebug(Object.keys(process.report.getReport().sharedObjects ?? []).length + ' done')
    for (const file of process.report.getReport().sharedObjects) if (file.endsWith('.node')) process._rawDebug(file)
  `
  const { stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  return stderr.split('\n').filter((line) => line.startsWith('file:') || line.endsWith('.node'))
}

test.each([
  ['ganglion', 'system/actor-system.js'],
  ['ganglion/inference', 'inference/engine.js'],
  ['ganglion/routing', 'routing/routing-matrix.js'],
  ['ganglion/merge', 'merge/aggregator.js'],
  ['ganglion/pipeline', 'pipeline/builder.js'],
  ['ganglion/journal', 'journal/open-journal.js'],
  ['ganglion/testkit', 'testkit/probe.js'],
  ['ganglion/testkit/contracts', 'testkit/contracts/store-contract.js'],
])(
  'import %j loads neither a native library, nor a heavy package, nor a test runner',
  async (name, known) => {
    const loaded = await loadedBy(name)
    expect(loaded.some((file) => file.endsWith(`/dist/src/${known}`))).toBe(true)
    const heavy = loaded.filter(
      (file) => HEAVY.some((name) => file.includes(`/node_modules/${name}`)) || file.endsWith('.node'),
    )
    expect(heavy).toEqual([])
  },
)

test('import "ganglion" loads nothing that writes to a disk: a journal comes with "ganglion/journal"', async () => {
  const loaded = await loadedBy('ganglion')
  expect(
    loaded
      .filter((file) => file.includes('/dist/src/journal/'))
      .map((file) => file.split('/journal/')[1])
      .sort(),
  ).toEqual(['errors.js', 'memory-store.js', 'store-checks.js'])
})
