// npm run -s bench -- durable [--json] [--quick]: the journal and durable actors, in turn with the bare disk and SQLite
import { actorTells, loneAsks } from './durable/actors.ts'
import { bareSyncs, journalCycle, sqlite, sqliteCycle } from './durable/cycle.ts'
import { type BenchResult, median } from './result.ts'

/** Figures of one round after the other, so that a busy neighbour troubles all of them. */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult[]> {
  const [rounds, scale] = quick ? [1, 0.02] : [5, 1]
  const count = (n: number): number => Math.max(256, Math.round((n * scale) / 256) * 256)
  const Database = await sqlite()
  if (Database === undefined)
    process.stderr.write(`bench: SQLite is skipped: Node ${process.version} has no node:sqlite\n`)
  const cycle = 'journal: full cycle of 200 B'
  const syncs = 'the disk: one small write and sync after the other'
  const parts: [name: string, of: string | undefined, measure: () => Promise<number>][] = [
    [syncs, undefined, () => bareSyncs(count(500))],
    [cycle, undefined, () => journalCycle(count(400_000), 200)],
    ['journal: full cycle of 2 KB', cycle, () => journalCycle(count(60_000), 2048)],
    ['durable actor: tell of 200 B, handled and durable', cycle, () => actorTells(count(50_000), 200)],
    ['durable actor: ask, one after the other', syncs, () => loneAsks(count(500))],
  ]
  if (Database !== undefined) {
    parts.push(
      ['SQLite: the same, a row a message', cycle, () => sqliteCycle(Database, count(60_000), 200, 'row')],
      ['SQLite: the same, a row for 256', cycle, () => sqliteCycle(Database, count(200_000), 200, 'chunk')],
    )
  }
  const figures = new Map<string, number[]>(parts.map(([name]) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const [name, , measure] of parts) figures.get(name)?.push(await measure())
  const middle = (name: string): number => median(figures.get(name) ?? [])
  return parts.map(([name, of]) => ({
    name,
    value: middle(name),
    unit: '/s',
    ...(of === undefined ? {} : { ratio: middle(name) / middle(of), of }),
  }))
}
