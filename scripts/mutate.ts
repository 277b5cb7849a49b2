/**
 * Does the simulator find a bug in our own runtime? Each mutation is applied to a copy of the sources, and the daily
 * scenarios must fail on it.
 *
 *     npx tsx scripts/mutate.ts [--runs N] [--only NAME]
 */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { MUTATIONS } from './mutations/all.ts'
import type { Mutation } from './mutations/mutation.ts'

const COPIED = [
  'src',
  'actors',
  'test/simulation',
  'test/journal',
  'scripts',
  'package.json',
  'tsconfig.json',
]

const SIMULATE = ['--import', 'tsx', 'scripts/simulate.ts', '--workers', '1', '--brief']

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '1000' }, only: { type: 'string' } },
})
const chosen = MUTATIONS.filter(({ name }) => values.only === undefined || name.includes(values.only))
if (chosen.length === 0) throw new Error(`no mutation is called like '${values.only}'`)
let missed = 0
// Each lane has a copy of its own, and takes the next mutation when it is done with one.
const left = chosen.values()
await Promise.all(Array.from({ length: availableParallelism() }, lane))
console.log(missed === 0 ? 'every mutation is caught' : `${missed} mutations are missed`)
process.exitCode = missed === 0 ? 0 : 1

async function lane(): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), 'ganglion-mutants-'))
  try {
    for (const name of COPIED) cpSync(join(root, name), join(copy, name), { recursive: true })
    for (const name of ['node_modules', 'models']) symlinkSync(join(root, name), join(copy, name))
    for (const mutation of left) {
      const caught = await isCaught(mutation, copy)
      if (caught === undefined) missed += 1
      console.log(
        `${caught === undefined ? 'MISSED' : 'caught'}  ${mutation.name}${caught === undefined ? '' : `: ${caught}`}`,
      )
    }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/** What the simulator found; undefined if it found nothing. */
async function isCaught(
  { name, file, from, to, scenario }: Mutation,
  copy: string,
): Promise<string | undefined> {
  const path = join(copy, file)
  const source = readFileSync(path, 'utf8')
  if (source.split(from).length !== 2) throw new Error(`'${name}' no longer fits ${file}`)
  writeFileSync(
    path,
    source.replace(from, () => to),
  )
  try {
    await run(process.execPath, [...SIMULATE, '--runs', values.runs, '--only', scenario], {
      cwd: copy,
      encoding: 'utf8',
      maxBuffer: Number.POSITIVE_INFINITY,
    })
    return undefined
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string }
    const [counts = '', found] = stdout.split('\n')
    return (found || counts.split('vacuous: ')[1]) ?? stderr.trim().split('\n').at(-1)
  } finally {
    writeFileSync(path, source)
  }
}
