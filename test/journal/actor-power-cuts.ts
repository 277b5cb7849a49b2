import assert from 'node:assert/strict'
import { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import type { RandomStream } from '../../src/kernel/kernel.ts'
import { SeededRandomness } from '../../src/kernel/random.ts'
import { type Faulty, live } from './lives.ts'
import { expected, isBad, openBank } from './transfers.ts'

const IMAGES_A_LIFE = 12

/** A build with a fault. */
export interface Mutant extends Faulty {
  /** Idempotency keys that the teller remembers. */
  readonly keys?: number
}

interface Image {
  readonly disk: MemoryDisk
  /** Transfers that had been sent, and those whose end was known. */
  readonly sent: number
  readonly ended: ReadonlySet<number>
  /** By transfer, the name under which it took effect outside. */
  readonly outside: ReadonlyMap<number, string>
}

/**
 * Transfers through durable actors, with the power cut at random moments. On every image the next process goes on: whoever had no
 * answer asks again with the same key. Then each transfer has happened once.
 *
 * @returns how many images were opened
 */
export async function cutActors(seed: number, mutant: Mutant = {}): Promise<number> {
  const random = new SeededRandomness(seed).stream('actor power cuts')
  let disk = new MemoryDisk()
  let sent = 0
  let ended: ReadonlySet<number> = new Set()
  let outside: ReadonlyMap<number, string> = new Map()
  let images = 0
  for (let life = 0; life < 2; life++) {
    const taken = await load(disk, { sent, ended, outside }, random, mutant)
    for (const [i, image] of taken.entries()) {
      await check(image, mutant, `seed ${seed}, life ${life}, image ${i}`)
      images += 1
    }
    const next = taken[random.integer(taken.length)]
    if (next === undefined) return images
    ;({ disk, sent, ended, outside } = next)
  }
  return images
}

async function load(
  disk: MemoryDisk,
  before: Omit<Image, 'disk'>,
  random: RandomStream,
  mutant: Mutant,
): Promise<Image[]> {
  const taken: Image[] = []
  const ended = new Set(before.ended)
  let sent = before.sent
  const life = await live(disk, mutant)
  const effects = new Map(before.outside)
  const bank = openBank(life.system, { outside: once(effects), ...keysOf(mutant) })
  const send = (id: number): void => {
    bank.transfer(id).then(
      () => ended.add(id),
      () => undefined,
    )
  }
  for (let id = 1; id <= before.sent; id++) if (!ended.has(id)) send(id)
  disk.watch = () => {
    if (taken.length < IMAGES_A_LIFE && random.integer(3) === 0)
      taken.push({ disk: disk.afterPowerCut(random), sent, ended: new Set(ended), outside: new Map(effects) })
  }
  for (let turns = 6 + random.integer(8); turns > 0; turns--) {
    for (let left = random.integer(9); left > 0; left--) {
      sent += 1
      send(sent)
    }
    for (let turn = random.integer(4); turn >= 0; turn--)
      await new Promise((resolve) => setImmediate(resolve))
  }
  disk.watch = undefined
  await life.system.stop({ drain: 0 })
  await life.journal.close()
  return taken
}

/** An effect outside always has the same name, and no other has it. */
function once(effects: Map<number, string>): (key: string, id: number) => void {
  const ids = new Map([...effects].map(([id, key]) => [key, id]))
  return (key, id) => {
    const [before, other] = [effects.get(id) ?? key, ids.get(key) ?? id]
    if (before !== key || other !== id)
      renamed.push(`transfer ${id} is '${key}', after '${before}' and ${other}`)
    effects.set(id, key)
    ids.set(key, id)
  }
}

/** Names that broke the rule: a throw would only fail the handler. */
const renamed: string[] = []

const keysOf = ({ keys }: Mutant) => (keys === undefined ? {} : { keys })

async function check(image: Image, mutant: Mutant, what: string): Promise<void> {
  const life = await live(image.disk.copy(), { ...mutant, through: (disk) => disk })
  const effects = new Map(image.outside)
  const bank = openBank(life.system, { outside: once(effects), ...keysOf(mutant) })
  const left: number[] = []
  for (let id = 1; id <= image.sent; id++) if (!image.ended.has(id)) left.push(id)
  await Promise.all(left.map(bank.transfer))
  const seen = await bank.seen()
  assert.deepEqual(seen, expected(image.sent), `${what}: ${image.ended.size} of ${image.sent} had ended`)
  assert.equal(life.system.ledger().balanced, true)
  assert.deepEqual(renamed.splice(0), [], what)
  for (let id = 1; id <= image.sent; id++)
    assert.equal(effects.has(id), !isBad(id), `${what}: transfer ${id}`)
  await life.end()
}
