import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLog } from '../../src/journal/open-journal.ts'

/** Messages in one transaction of SQLite: as many as one group of the journal holds. */
export const GROUP = 256
/** A message is settled when so many came after it. */
const OPEN = 4096
/** Accepted and not yet durable. */
const PENDING = 8192
const ACTORS = 64

/** Runs `work` in a folder of its own on the disk of the working directory: the folder for temporary files may be memory. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(process.env.GANGLION_BENCH_FOLDER ?? tmpdir(), 'ganglion-bench-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Messages a second through the journal: each commit accepts one, settles an older one, and writes one of 64 states and watermarks.
 * All are durable at the end.
 */
export function journalCycle(messages: number, bytes: number): Promise<number> {
  return inFolder(async (folder) => {
    const { log, release } = await openLog(join(folder, 'journal'), Number.POSITIVE_INFINITY, true)
    const body = Buffer.alloc(bytes, 7)
    const state = Buffer.alloc(64, 1)
    const durable: Promise<void>[] = []
    const began = performance.now()
    for (let n = 0; n < messages; n++) {
      const key = String(n % ACTORS)
      const { first, flushed } = log.commit({
        append: [{ to: 'actor', bytes: body }],
        settle: n < OPEN ? [] : [n - OPEN + 1],
        put: [
          { space: 'state', key, value: state },
          { space: 'watermark', key, value: state },
        ],
      })
      if (first !== n + 1) throw new RangeError(`message ${n} got ${first}`)
      if (n % GROUP !== 0) continue
      durable.push(flushed)
      if (durable.length > PENDING / GROUP) await durable.shift()
      else await new Promise((resolve) => setImmediate(resolve))
    }
    await log.flushed()
    const seconds = (performance.now() - began) / 1000
    await log.close()
    await release()
    return messages / seconds
  })
}

/** Syncs a second of one small write after the other: what the disk can do. */
export function bareSyncs(count: number): Promise<number> {
  return inFolder(async (folder) => {
    const file = await open(join(folder, 'file'), 'w')
    const bytes = Buffer.alloc(512, 3)
    const began = performance.now()
    for (let n = 0; n < count; n++) {
      await file.write(bytes, 0, bytes.length, n * bytes.length)
      await file.datasync()
    }
    const seconds = (performance.now() - began) / 1000
    await file.close()
    return count / seconds
  })
}

interface Statement {
  run(...values: unknown[]): unknown
}
interface Database {
  exec(sql: string): void
  prepare(sql: string): Statement
  close(): void
}

/** `node:sqlite`, from Node 22.5 on. */
export async function sqlite(): Promise<(new (path: string) => Database) | undefined> {
  const name = 'node:sqlite'
  return import(name).then(
    ({ DatabaseSync }) => DatabaseSync,
    () => undefined,
  )
}

/** The same work in SQLite (WAL, `synchronous = FULL`), 256 messages a transaction: a row for each, or one for all of them. */
export function sqliteCycle(
  DatabaseSync: new (path: string) => Database,
  messages: number,
  bytes: number,
  layout: 'row' | 'chunk',
): Promise<number> {
  return inFolder(async (folder) => {
    const db = new DatabaseSync(join(folder, 'db'))
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    db.exec('CREATE TABLE message (n INTEGER PRIMARY KEY, body BLOB)')
    db.exec('CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID')
    const insert = db.prepare('INSERT INTO message VALUES (?, ?)')
    const remove = db.prepare('DELETE FROM message WHERE n = ?')
    const put = db.prepare('INSERT OR REPLACE INTO state VALUES (?, ?)')
    const body = Buffer.alloc(layout === 'row' ? bytes : bytes * GROUP, 7)
    const state = Buffer.alloc(64, 1)
    const step = layout === 'row' ? 1 : GROUP
    const began = performance.now()
    for (let n = 0; n < messages; n += GROUP) {
      db.exec('BEGIN')
      for (let i = n; i < n + GROUP; i += step) {
        insert.run(i, body)
        if (i >= OPEN) remove.run(i - OPEN)
      }
      const writes = layout === 'row' ? GROUP : ACTORS
      for (let i = 0; i < writes; i++) {
        put.run(`state ${i % ACTORS}`, state)
        put.run(`watermark ${i % ACTORS}`, state)
      }
      db.exec('COMMIT')
    }
    const seconds = (performance.now() - began) / 1000
    db.close()
    return messages / seconds
  })
}
