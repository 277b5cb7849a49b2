// `npm start [-- "question"]`: builds if needed, asks the bundled documents, and says how to ask your own.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const given = process.argv.slice(2)
const question = given.length > 0 ? given : ['Which general overthrew Salvador Allende, and when?']

build()
if (given.length === 0) process.stderr.write(`asking examples/data/factbook: ${question[0]}\n`)
const cli = join(root, 'dist', 'src', 'cli', 'main.js')
const docs = join(root, 'examples', 'data', 'factbook')
const { status } = spawnSync(process.execPath, [cli, 'ask', '--docs', docs, ...question], {
  stdio: 'inherit',
})
process.stderr.write('Ask your own folder:  npx ganglion ask --docs ./handbook "How long is the warranty?"\n')
process.exitCode = status ?? 1
