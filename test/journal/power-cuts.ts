import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import { SegmentedLog } from '../../src/journal/log/segmented-log.ts'
import type { RandomStream } from '../../src/kernel/kernel.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import { SeededRandomness } from '../../src/kernel/random.ts'
import type { Disk, DiskFile } from '../../src/ports/disk.ts'
import { commitTo, holdingOf, Model, randomChange } from './log-model.ts'

const OPTIONS = { bytesMax: Number.POSITIVE_INFINITY }
const IMAGES_A_RUN = 25

/** What a journal is played on, and with. */
interface Play {
  readonly through: (disk: MemoryDisk, random: RandomStream) => Disk
  /** Most bytes of a value, at random. */
  readonly bytesMax: (random: RandomStream) => number
}

const MIXED: Play = {
  through: (disk) => disk,
  bytesMax: (random) => (random.integer(3) === 0 ? 200_000 : 900),
}

/** A build in which a flush is missing: what it says is durable is not. */
export function withoutFlush(disk: MemoryDisk): Disk {
  const lazy = (file: DiskFile): DiskFile => ({
    get size() {
      return file.size
    },
    write: (at, parts) => file.write(at, parts),
    sync: async () => {},
    read: (at, length) => file.read(at, length),
    truncate: (size) => file.truncate(size),
    close: () => file.close(),
  })
  return {
    path: disk.path,
    list: () => disk.list(),
    open: async (name, make) =>
      name.endsWith('.log') ? lazy(await disk.open(name, make)) : disk.open(name, make),
    remove: (name) => disk.remove(name),
    syncNames: () => disk.syncNames(),
    room: () => disk.room(),
    reserved: () => disk.reserved(),
    reserve: (bytes) => disk.reserve(bytes),
  }
}

interface Image {
  readonly disk: MemoryDisk
  readonly acknowledged: number
  readonly issued: number
}

/**
 * Plays one journal under a random load and cuts its power at random moments, several lives long. Every image must open, and hold
 * exactly what some prefix of the commits left: at least the acknowledged ones.
 *
 * @returns how many images were opened
 */
export async function cutPower(
  seed: number,
  { through = MIXED.through, bytesMax = MIXED.bytesMax }: Partial<Play> = {},
): Promise<number> {
  const random = new SeededRandomness(seed).stream('power-cuts')
  const kernel = platformKernel()
  let disk = new MemoryDisk()
  let model = new Model()
  let images = 0
  for (let life = 0; life < 3; life++) {
    const taken: Image[] = []
    const watched = disk
    watched.watch = () => {
      if (taken.length < IMAGES_A_RUN && random.integer(4) === 0) {
        const { acknowledged, history } = model
        taken.push({ disk: watched.afterPowerCut(random), acknowledged, issued: history.length - 1 })
      }
    }
    const log = await SegmentedLog.open(kernel, through(disk, random), OPTIONS, true)
    assert.deepEqual(holdingOf(log), model.now, `seed ${seed}, life ${life}: it opens with what it held`)
    const most = bytesMax(random)
    for (let turns = 4 + random.integer(12); turns > 0; turns--) {
      for (let left = random.integer(6); left > 0; left--)
        commitTo(log, model, randomChange(random, model, most))
      if (random.integer(3) === 0) await log.flushed()
      else await new Promise((resolve) => setImmediate(resolve))
    }
    if (random.integer(2) === 0) await log.close()
    watched.watch = undefined
    for (const [i, image] of taken.entries()) {
      await check(image, model, `seed ${seed}, life ${life}, image ${i}`)
      images += 1
    }
    const next = taken[random.integer(Math.max(1, taken.length))]
    if (next === undefined) return images
    ;({ disk, model } = await continued(next, model))
  }
  return images
}

async function check(image: Image, model: Model, what: string): Promise<void> {
  const log = await SegmentedLog.open(platformKernel(), image.disk.copy(), OPTIONS, true)
  const held = holdingOf(log)
  await log.close()
  const from = image.acknowledged
  const possible = model.history.slice(from, image.issued + 1)
  if (!possible.some((one) => isDeepStrictEqual(one, held))) {
    assert.deepEqual(
      held,
      model.history[from],
      `${what}: ${from} commits of ${image.issued} were acknowledged`,
    )
  }
}

/** The next life begins on an image, with what it holds. */
async function continued(image: Image, model: Model): Promise<{ disk: MemoryDisk; model: Model }> {
  const log = await SegmentedLog.open(platformKernel(), image.disk.copy(), OPTIONS, true)
  const held = holdingOf(log)
  await log.close()
  const next = new Model()
  next.history[0] = held
  void model
  return { disk: image.disk, model: next }
}
