import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLog } from '../../src/journal/open-journal.ts'
import { median } from '../result.ts'

/** Messages in one transaction of SQLite: as many as one group of the journal holds. */
export const GROUP = 256
/** A message is settled when so many came after it. */
const OPEN = 4096
/** Accepted and not yet durable. */
const PENDING = 8192
const ACTORS = 64
const UNBOUNDED = { bytesMax: Number.POSITIVE_INFINITY, reserveBytes: 0 }

/** Runs `work` in a folder of its own on the disk of the working directory: the folder for temporary files may be memory. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(process.env.GANGLION_BENCH_FOLDER ?? tmpdir(), 'ganglion-bench-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What one cycle took. */
export interface CycleCost {
  /** Messages a second. */
  readonly rate: number
  /** Microseconds of CPU time a message, of all threads. */
  readonly cpu: number
}

/**
 * Messages through the journal: each commit accepts one, settles an older one, and writes one of 64 states and watermarks.
 * All are durable at the end.
 */
export function journalCycle(messages: number, bytes: number): Promise<CycleCost> {
  return inFolder(async (folder) => {
    const { log, release } = await openLog(join(folder, 'journal'), UNBOUNDED, true)
    const body = Buffer.alloc(bytes, 7)
    const state = Buffer.alloc(64, 1)
    const durable: Promise<void>[] = []
    const cpu = process.cpuUsage()
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
    const { user, system } = process.cpuUsage(cpu)
    await log.close()
    await release()
    return { rate: messages / seconds, cpu: (user + system) / messages }
  })
}

/** Milliseconds, medians: of one small write and sync, and of one message alone from its commit until it is durable, in turn. */
export function loneMessages(count: number): Promise<{ readonly disk: number; readonly journal: number }> {
  return inFolder(async (folder) => {
    const { log, release } = await openLog(join(folder, 'journal'), UNBOUNDED, true)
    const file = await open(join(folder, 'file'), 'w')
    const body = Buffer.alloc(200, 7)
    const times: { disk: number[]; journal: number[] } = { disk: [], journal: [] }
    for (let n = 0; n < count; n++) {
      const began = performance.now()
      await file.write(body, 0, body.length, n * body.length)
      await file.datasync()
      const between = performance.now()
      await log.commit({ append: [{ to: 'actor', bytes: body }] }).flushed
      times.disk.push(between - began)
      times.journal.push(performance.now() - between)
    }
    await file.close()
    await log.close()
    await release()
    return { disk: median(times.disk), journal: median(times.journal) }
  })
}

/** Messages a second that opening a journal reads: of `messages` of 200 B, all of which wait. */
export function recoveries(messages: number): Promise<number> {
  return inFolder(async (folder) => {
    const path = join(folder, 'journal')
    const first = await openLog(path, UNBOUNDED, true)
    const append = Array.from({ length: GROUP }, () => ({ to: 'actor', bytes: Buffer.alloc(200, 7) }))
    for (let n = 0; n < messages; n += GROUP) await first.log.commit({ append }).flushed
    await first.log.close()
    await first.release()
    const began = performance.now()
    const { log, release } = await openLog(path, UNBOUNDED, true)
    const seconds = (performance.now() - began) / 1000
    const { messages: found } = log.figures()
    if (found !== messages) throw new RangeError(`${found} of ${messages} were found`)
    await log.close()
    await release()
    return messages / seconds
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

/** Three tables: messages, what has ended, and states and watermarks by key. WAL, every transaction synced. */
function opened(DatabaseSync: new (path: string) => Database, path: string) {
  const db = new DatabaseSync(path)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  db.exec('CREATE TABLE message (n INTEGER PRIMARY KEY, body BLOB)')
  db.exec('CREATE TABLE ended (n INTEGER PRIMARY KEY, list BLOB)')
  db.exec('CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID')
  return {
    db,
    insert: db.prepare('INSERT INTO message VALUES (?, ?)'),
    remove: db.prepare('DELETE FROM message WHERE n = ?'),
    end: db.prepare('INSERT INTO ended VALUES (?, ?)'),
    forget: db.prepare('DELETE FROM ended WHERE n = ?'),
    put: db.prepare('INSERT OR REPLACE INTO state VALUES (?, ?)'),
  }
}

/** The same work in SQLite as people write it: a row a message, 256 messages a transaction. */
export function sqliteRows(
  DatabaseSync: new (path: string) => Database,
  messages: number,
  bytes: number,
): Promise<number> {
  return inFolder(async (folder) => {
    const { db, insert, remove, put } = opened(DatabaseSync, join(folder, 'db'))
    const body = Buffer.alloc(bytes, 7)
    const state = Buffer.alloc(64, 1)
    const began = performance.now()
    for (let n = 0; n < messages; n += GROUP) {
      db.exec('BEGIN')
      for (let i = n; i < n + GROUP; i++) {
        insert.run(i, body)
        if (i >= OPEN) remove.run(i - OPEN)
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

/**
 * The same work in SQLite with the layout of the journal: a row for 256 messages, one for the numbers of those that have ended, and of
 * several values for a key the last. Each message comes alone, as it does to the journal.
 */
export function sqliteGroups(
  DatabaseSync: new (path: string) => Database,
  messages: number,
  bytes: number,
): Promise<number> {
  return inFolder(async (folder) => {
    const { db, insert, remove, end, forget, put } = opened(DatabaseSync, join(folder, 'db'))
    const body = Buffer.alloc(bytes, 7)
    const state = Buffer.alloc(64, 1)
    const group = Buffer.alloc(bytes * GROUP)
    const ended = Buffer.alloc(6 * GROUP)
    const values = new Map<string, Buffer>()
    const began = performance.now()
    for (let n = 0; n < messages; n++) {
      const i = n % GROUP
      group.set(body, i * bytes)
      ended.writeUIntBE(Math.max(0, n - OPEN), i * 6, 6)
      values.set(`state ${n % ACTORS}`, state)
      values.set(`watermark ${n % ACTORS}`, state)
      if (i !== GROUP - 1) continue
      const first = n - i
      db.exec('BEGIN')
      insert.run(first, group)
      end.run(first, ended)
      if (first >= OPEN) {
        remove.run(first - OPEN)
        forget.run(first - OPEN)
      }
      for (const [key, value] of values) put.run(key, value)
      db.exec('COMMIT')
      values.clear()
    }
    const seconds = (performance.now() - began) / 1000
    db.close()
    return messages / seconds
  })
}
