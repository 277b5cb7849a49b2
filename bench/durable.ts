// npm run -s bench -- durable [--json] [--quick]: the journal and durable actors, in turn with the bare disk and SQLite
import { actorTells, loneAsks } from './durable/actors.ts'
import { journalCycle, loneMessages, recoveries, sqlite, sqliteGroups, sqliteRows } from './durable/cycle.ts'
import { type BenchResult, median } from './result.ts'

/** Figures of one round after the other, so that a busy neighbour troubles all of them. */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult[]> {
  const [rounds, scale] = quick ? [1, 0.02] : [5, 1]
  const count = (n: number): number => Math.max(256, Math.round((n * scale) / 256) * 256)
  const Database = await sqlite()
  if (Database === undefined)
    process.stderr.write(`bench: SQLite is skipped: Node ${process.version} has no node:sqlite\n`)
  const syncs = 'the disk: one small write and sync, median'
  const cycle = 'journal: full cycle of 200 B'
  const parts: Part[] = [
    {
      measure: async () => {
        const { disk, journal } = await loneMessages(count(1000))
        return [disk, journal]
      },
      figures: [
        { name: syncs, unit: 'ms' },
        { name: 'journal: one message alone, until it is durable, median', unit: 'ms', of: syncs },
      ],
    },
    {
      measure: async () => {
        const { rate, cpu } = await journalCycle(count(800_000), 200)
        return [rate, cpu]
      },
      figures: [
        { name: cycle, unit: '/s' },
        { name: 'journal: CPU of a message in it', unit: 'µs' },
      ],
    },
    single('journal: full cycle of 2 KB', cycle, async () => (await journalCycle(count(60_000), 2048)).rate),
    single('journal: messages read when it is opened', undefined, () => recoveries(count(250_000))),
    single('durable actor: tell of 200 B, handled and durable', cycle, () => actorTells(count(50_000), 200)),
    single('durable actor: ask, one after the other', undefined, () => loneAsks(count(500))),
  ]
  if (Database !== undefined) {
    parts.push(
      single('SQLite: the same, a row a message', cycle, () => sqliteRows(Database, count(60_000), 200)),
      single('SQLite: the same, a row for 256', cycle, () => sqliteGroups(Database, count(200_000), 200)),
    )
  }
  const all = parts.flatMap(({ figures }) => figures)
  const seen = new Map<string, number[]>(all.map(({ name }) => [name, []]))
  // The first round is not counted: the code is compiled in it, as in a process that has run for some seconds.
  for (let round = quick ? 1 : 0; round <= rounds; round++) {
    for (const { measure, figures } of parts) {
      const values = await measure()
      if (round > 0) for (const [i, { name }] of figures.entries()) seen.get(name)?.push(values[i] as number)
    }
  }
  const middle = (name: string): number => median(seen.get(name) ?? [])
  return all.map(({ name, unit, of }) => ({
    name,
    value: middle(name),
    unit,
    ...(of === undefined ? {} : { ratio: middle(name) / middle(of), of }),
  }))
}

interface Figure {
  readonly name: string
  readonly unit: string
  readonly of?: string
}

/** One measurement, and the figures that it gives. */
interface Part {
  readonly figures: readonly Figure[]
  measure(): Promise<readonly number[]>
}

function single(name: string, of: string | undefined, measure: () => Promise<number>): Part {
  const figure = { name, unit: '/s', ...(of === undefined ? {} : { of }) }
  return { figures: [figure], measure: async () => [await measure()] }
}
