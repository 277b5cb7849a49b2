// npm run journal-load -- entities [--entities 1000000] [--active 10000] | churn [--minutes 10] [--live-mib 32]: a journal under load in
// a folder of its own, below GANGLION_BENCH_FOLDER or the folder for temporary files. Prints JSON.
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { createSystem, defineActor } from '../src/index.ts'
import { type Journal, openJournal } from '../src/journal/index.ts'

const run = promisify(execFile)
const MIB = 2 ** 20
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    entities: { type: 'string', default: '1000000' },
    active: { type: 'string', default: '10000' },
    minutes: { type: 'string', default: '10' },
    'live-mib': { type: 'string', default: '32' },
  },
})

function memory(): { readonly rssMiB: number; readonly heapMiB: number } {
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  return { rssMiB: Math.round(rss / MIB), heapMiB: Math.round(heapUsed / MIB) }
}

async function bytesOf(folder: string): Promise<number> {
  let bytes = 0
  for (const name of await readdir(folder)) {
    // What compaction removes meanwhile has no bytes. The reserve is set aside, not used.
    if (name !== 'reserve')
      bytes += await stat(join(folder, name)).then(
        (entry) => entry.size,
        () => 0,
      )
  }
  return bytes
}

/** Each entity once, in waves of as many as may be active; then the folder is opened again and some of them are asked. */
async function entities(folder: string, count: number, active: number): Promise<unknown> {
  const Cart = defineActor({
    name: 'cart',
    durable: { passivate: { activeMax: active } },
    state: () => ({ owner: '', items: 0 }),
    on: {
      add(ctx, owner: string) {
        ctx.state.owner = owner
        ctx.state.items += 1
      },
      items: (ctx) => ({ ...ctx.state }),
    },
  })
  const began = performance.now()
  const before = memory()
  let during = before
  {
    await using journal = await openJournal(folder)
    await using system = createSystem({ journal })
    for (let n = 0; n < count; n += active) {
      const wave = Array.from({ length: Math.min(active, count - n) }, (_, i) => `user:${n + i}`)
      await Promise.all(wave.map((key) => system.entity(Cart, key).ask('add', key)))
    }
    during = memory()
  }
  const written = performance.now()
  await using journal = await openJournal(folder)
  const opened = performance.now()
  await using system = createSystem({ journal })
  for (let n = 0; n < active; n++) {
    const key = `user:${(n * 7919) % count}`
    const { owner, items } = await system.entity(Cart, key).ask('items')
    if (owner !== key || items !== 1) throw new RangeError(`${key} has the state of ${owner}: ${items}`)
  }
  return {
    entities: count,
    writeSeconds: (written - began) / 1000,
    openSeconds: (opened - written) / 1000,
    asksSeconds: (performance.now() - opened) / 1000,
    diskMiB: Math.round((await bytesOf(folder)) / MIB),
    keys: journal.report.keys,
    before,
    during,
    after: memory(),
  }
}

/** Values that are replaced without end; meanwhile the command makes backups and reads them. */
async function churn(folder: string, minutes: number, liveMiB: number): Promise<unknown> {
  const VALUE = 2048
  const keys = Math.round((liveMiB * MIB) / VALUE)
  await using journal = await openJournal(folder)
  const store = journal.store()
  const ended = performance.now() + minutes * 60_000
  const seen = { ratioMax: 0, filesRatioMax: 0, commits: 0, writtenMiB: 0, backups: 0 }
  const ratios: number[] = []
  const memories = [memory()]
  const value = new Uint8Array(VALUE).fill(7)
  let backup: Promise<void> | undefined
  let looked = performance.now()
  for (let n = 0; performance.now() < ended; n++) {
    // Old and young values in one segment: compaction has to move some.
    const key = n < keys ? n : Math.floor(((n * 0.618_033_988_749) % 1) ** 3 * keys)
    await store.commit([{ key: `key ${key}`, value }])
    seen.commits += 1
    if (n % 256 !== 0) continue
    await store.flushed()
    if (n < keys || performance.now() - looked < 250) continue
    looked = performance.now()
    const { bytes, liveBytes } = journal.figures()
    ratios.push(bytes / liveBytes)
    seen.ratioMax = Math.max(seen.ratioMax, bytes / liveBytes)
    seen.filesRatioMax = Math.max(seen.filesRatioMax, (await bytesOf(folder)) / liveBytes)
    if (ratios.length % 40 === 0) memories.push(memory())
    backup ??= backedUp(folder, seen).finally(() => {
      backup = undefined
    })
  }
  await backup
  seen.writtenMiB = Math.round((seen.commits * VALUE) / MIB)
  ratios.sort((a, b) => a - b)
  return { ...seen, ratioMedian: ratios[ratios.length >> 1], figures: figuresOf(journal), memories }
}

function figuresOf(journal: Journal): unknown {
  const { bytes, liveBytes, flushes } = journal.figures()
  return { bytes, liveBytes, flushes }
}

async function backedUp(folder: string, seen: { backups: number }): Promise<void> {
  const copy = `${folder}-copy`
  await rm(copy, { recursive: true, force: true })
  const cli = new URL('../dist/src/cli/main.js', import.meta.url).pathname
  try {
    await run(process.execPath, [cli, 'journal', 'backup', folder, copy])
    await run(process.execPath, [cli, 'journal', 'verify', copy])
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
  seen.backups += 1
}

const folder = await mkdtemp(join(process.env.GANGLION_BENCH_FOLDER ?? tmpdir(), 'ganglion-load-'))
try {
  const [what] = positionals
  const journal = join(folder, 'journal')
  if (what !== 'entities' && what !== 'churn') throw new RangeError('entities or churn')
  const seen =
    what === 'entities'
      ? await entities(journal, Number(values.entities), Number(values.active))
      : await churn(journal, Number(values.minutes), Number(values['live-mib']))
  process.stdout.write(`${JSON.stringify(seen, undefined, 2)}\n`)
} finally {
  await rm(folder, { recursive: true, force: true })
}
