import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { type Block, blocksOf } from './blocks.ts'

const DIST = new URL('../../dist/', import.meta.url).pathname

/** Starts it and kills it, with its first line at the latest; `after`: this long after its start. */
async function killed(file: string, after?: number): Promise<string> {
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  if (after !== undefined) setTimeout(() => child.kill('SIGKILL'), after)
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += chunk
    if (printed.includes('\n')) child.kill('SIGKILL')
  }
  await exited
  return printed.trim()
}

test('[G96] the counter of the README counts on, killed with SIGKILL at any moment', async () => {
  const { code } = blocksOf('README.md').find(({ title }) => title === 'A first restart') as Block
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext },
    fileName: 'counter.mts',
  })
  const folder = await mkdtemp(join(DIST, 'counter-'))
  try {
    const file = join(folder, 'counter.mjs')
    await writeFile(file, outputText)
    const counts: number[] = []
    for (const after of [undefined, undefined, 40, 150, 90, undefined, 250, undefined]) {
      const printed = await killed(file, after)
      if (printed !== '') counts.push(Number(printed))
    }
    // One that was killed before it could print may have counted.
    expect(counts.slice(0, 2)).toEqual([1, 2])
    expect(counts.at(-1)).toBeLessThanOrEqual(8)
    expect(counts).toEqual([...new Set(counts)].sort((a, b) => a - b))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)
