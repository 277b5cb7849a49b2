// A service whose disk gets full, and has room again: DISK=FOLDER node full-disk-process.ts. It prints what it saw as JSON.
import { existsSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSystem, defineActor } from '../../src/index.ts'
import { type Journal, openJournal } from '../../src/journal/index.ts'
import { until } from '../../src/testkit/until.ts'
import { Filler } from './troubles.ts'

const disk = process.env.DISK as string
const folder = join(disk, 'journal')
const filler = new Filler(disk)
const WAITING = 2000

const Sink = defineActor({
  name: 'sink',
  durable: true,
  mailbox: { capacity: 100_000 },
  state: () => ({ n: 0, text: '' }),
  on: {
    take(ctx, text: string) {
      ctx.state.n += 1
      ctx.state.text = text
    },
    n: (ctx) => ctx.state.n,
  },
})

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'taken',
    (error: { code?: unknown }) => error.code,
  )
const put = (journal: Journal, key: string) =>
  journal.store().commit([{ key, value: new Uint8Array(1000).fill(7) }])
const free = (): number => {
  const { bavail, bsize } = statfsSync(disk)
  return bavail * bsize
}

const seen: Record<string, unknown> = {}
{
  const journal = await openJournal(folder)
  const system = createSystem({ journal, log: false })
  const sink = system.spawn(Sink)
  sink.suspend()
  for (let n = 0; n < WAITING; n++) sink.tell('take', 'x'.repeat(1000))
  await journal.store().flushed()
  filler.fill()
  seen.freeAtFull = free()
  sink.resume()
  await until(() => sink.load === 0)
  await journal.store().flushed()
  seen.waitingAfter = journal.figures().messages
  seen.message = await codeOf(sink.offer('take', 'more'))
  seen.store = await codeOf(put(journal, 'more'))
  seen.second = await codeOf(openJournal(folder))
  seen.reserveLeft = existsSync(join(folder, 'reserve'))
  seen.compact = await codeOf(journal.compact())
  await system.stop()
  await journal.close()
}
filler.fill()
{
  const journal = await openJournal(folder)
  const system = createSystem({ journal, log: false })
  const sink = system.spawn(Sink)
  seen.clean = journal.report.clean
  seen.again = await codeOf(sink.ask('take', 'more'))
  seen.storeAgain = await codeOf(put(journal, 'more'))
  filler.empty()
  for (let tries = 0; (await codeOf(sink.offer('take', 'there is room'))) !== 'taken' && tries < 100; tries++)
    await sleep(50)
  seen.handled = await sink.ask('n')
  seen.storeAtLast = await codeOf(put(journal, 'there is room'))
  await system.stop()
  await journal.close()
  seen.freeAtLast = free()
}
{
  // With nothing set aside: what can't be written is said at the end, which comes.
  const journal = await openJournal(folder, { reserveBytes: 0 })
  filler.fill()
  await put(journal, 'lost').catch(() => undefined)
  for (let n = 0; n < 20; n++) await put(journal, `lost ${n}`).catch(() => undefined)
  seen.withoutReserve = await codeOf(journal.close())
  filler.empty()
}
const journal = await openJournal(folder)
seen.soundAtLast = journal.report.messages
await journal.close()
filler.fill()
rmSync(folder, { recursive: true })
filler.fill()
const before = readdirSync(disk)
seen.makeOnFull = await openJournal(join(disk, 'another')).then(
  () => 'made',
  ({ name, code, path, value, remedy }) => ({ name, code, path: path.slice(disk.length), value, remedy }),
)
seen.unchanged = String(readdirSync(disk)) === String(before)
console.log(JSON.stringify(seen))
