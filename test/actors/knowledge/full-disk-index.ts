// Stores an index on a disk with more and more room: DISK=FOLDER node full-disk-index.ts. It prints what it saw as JSON.
import { createHash } from 'node:crypto'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ParseCache } from '../../../actors/knowledge/documents/parsing/parse-cache.ts'
import { VectorCache } from '../../../actors/knowledge/index/vector-cache.ts'
import { vectorKey } from '../../../actors/knowledge/index/vector-file.ts'
import type { Keeping } from '../../../actors/knowledge/keeping.ts'
import { Pauses } from '../../../src/kernel/pauses.ts'
import { platformKernel } from '../../../src/kernel/platform-kernel.ts'
import { Filler } from '../../journal/troubles.ts'

const disk = process.env.DISK as string
const folder = join(disk, 'index')
const kernel = platformKernel()
const DIMENSIONS = 64
const IDENTITY = { dimensions: DIMENSIONS, modelSha256: 'ab'.repeat(32) }
const VECTORS = 400
const PAGE = 4096
const filler = new Filler(disk)
const said: unknown[] = []

const keeping: Keeping = {
  notice: (text) => said.push(text),
  now: () => kernel.clock.now(),
  pauses: new Pauses(kernel),
  unique: () => kernel.ids.unique(),
  unwritable: (_, error) => said.push((error as { code?: unknown }).code),
}
const entries = Array.from({ length: VECTORS }, (_, i) => {
  const vector = { scale: 1, bytes: new Int8Array(DIMENSIONS).fill(i) }
  return [vectorKey(`text ${i}`), vector] as const
})
const passage = (i: number) => ({
  file: 'a.md',
  line: 1,
  text: createHash('sha256').update(String(i)).digest('hex'),
  title: '',
  trail: [],
  lead: '',
  statements: [],
})

async function store(): Promise<void> {
  const vectors = await VectorCache.open(folder, IDENTITY, keeping)
  await vectors.append(entries)
  await vectors.finish(entries.map(([key]) => key))
  const parsed = await ParseCache.open(folder, join(disk, 'none'), keeping)
  await parsed.set('a', { passages: Array.from({ length: 2000 }, (_, i) => passage(i)) })
  await parsed.finish()
}

/** What the next process finds of them. */
async function found(): Promise<readonly [vectors: number, parsed: boolean]> {
  const vectors = await VectorCache.open(folder, IDENTITY, keeping)
  const parsed = await ParseCache.open(folder, join(disk, 'none'), keeping)
  return [vectors.size, (await parsed.get('a', 'a.md')) !== undefined]
}

const seen: unknown[] = []
for (let pages = 0; pages < 64; pages += 1) {
  const room = join(disk, 'room')
  writeFileSync(room, Buffer.alloc(pages * PAGE))
  filler.fill()
  rmSync(room)
  said.length = 0
  await store()
  const left = readdirSync(disk, { recursive: true }).filter((name) => /\.(?:part|tmp)$/u.test(String(name)))
  const codes = [...said]
  said.length = 0
  seen.push({ codes, left, found: await found(), notices: [...said] })
  filler.empty()
  rmSync(folder, { recursive: true, force: true })
}
process.stdout.write(JSON.stringify(seen))
