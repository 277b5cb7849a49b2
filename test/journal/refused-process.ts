// Folders that a user may not write, opened: node refused-process.ts rights|read-only FOLDER. It prints what it saw as JSON.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openJournal } from '../../src/journal/index.ts'
import { overviewOf, reading } from '../../src/journal/upkeep/overview.ts'
import { contentsOf } from './folder-contents.ts'

const [why, base = ''] = process.argv.slice(2)
const NOBODY = 65534

async function make(name: string): Promise<string> {
  const folder = join(base, name)
  await using journal = await openJournal(folder)
  await journal.store().commit([{ key: 'k', value: new Uint8Array(10) }])
  return folder
}

/** What a refusal says, with paths below the base. */
async function refusal(folder: string): Promise<unknown> {
  const before = await contentsOf(base)
  const said = await openJournal(folder).then(
    (journal) => journal.close(),
    (error) => ({
      name: error.name,
      code: error.code,
      path: String(error.path).slice(base.length + 1),
      value: error.value,
      remedy: error.remedy,
    }),
  )
  return { said, unchanged: JSON.stringify(before) === JSON.stringify(await contentsOf(base)) }
}

const journal = await make('journal')
const guarded = await make('guarded')
const empty = join(base, 'empty')
mkdirSync(empty)
if (why === 'read-only') execFileSync('sh', ['-c', 'mount -o remount,ro "$0"', base])
else {
  // The folder of one may be written, and its files not.
  for (const name of readdirSync(guarded)) chmodSync(join(guarded, name), 0o444)
  chmodSync(guarded, 0o777)
  for (const folder of [journal, empty, base]) chmodSync(folder, 0o555)
  if (process.getuid?.() === 0) process.seteuid?.(NOBODY)
}
const seen = {
  journal: await refusal(journal),
  guarded: await refusal(guarded),
  empty: await refusal(empty),
  missing: await refusal(join(base, 'missing', 'deep')),
  keys: await reading(journal, (log) => overviewOf(log).report.keys),
}
process.seteuid?.(process.getuid?.() ?? 0)
if (why !== 'read-only') for (const folder of [base, journal, empty, guarded]) chmodSync(folder, 0o755)
console.log(JSON.stringify(seen))
