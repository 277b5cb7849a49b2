// npm run crash-test [-- --kills 1000] [--images 1000] [--seed 1]: kills processes under load, and cuts the power of disks in memory
import { parseArgs } from 'node:util'
import { cutActors } from '../test/journal/actor-power-cuts.ts'
import { type Killed, killAgain } from '../test/journal/kills.ts'
import { cutPower } from '../test/journal/power-cuts.ts'
import { hasSmallDisks, onSmallDisk } from '../test/journal/small-disk.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    images: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
})
const [kills, images, seed] = [Number(values.kills), Number(values.images), Number(values.seed)]
/** Kills in one folder: its journal grows, is compacted, and has many lives. */
const SERIES = 50
const FULL_PART = 4
const DISK_MEGABYTES = 48

for (const [what, cut] of [
  ['logs', cutPower],
  ['actors', (one: number) => cutActors(one)],
] as const) {
  let opened = 0
  for (let one = seed; opened < images; one++) opened += await cut(one)
  process.stdout.write(`power cuts, ${what}: ${opened} images opened, nothing lost, nothing doubled\n`)
}
let done = 0
const seen = { transfers: 0, effects: 0, clocks: 0, stops: 0, rivals: 0, fills: 0 }
const full = (await hasSmallDisks()) ? FULL_PART : 0
if (full === 0)
  process.stdout.write('no disk of its own is to be had here (unshare -rm): no kills on a full one\n')
for (let one = seed; done < kills; one++) {
  const most = Math.min(SERIES, kills - done)
  // Every so often a series is on a small disk that gets full.
  const series = full > 0 && one % full === 0 ? await onFullDisk(most, one) : await killAgain(most, one)
  done += series.kills
  for (const what of Object.keys(seen) as (keyof typeof seen)[]) seen[what] += series[what]
  const { transfers, effects, clocks, stops, rivals, fills } = seen
  process.stdout.write(
    `${done} kills: ${transfers} transfers, each once inside; ${effects} effects outside, each under one name; ${clocks} clocks were set, ${stops} processes stopped, ${rivals} had rivals, the disk was full ${fills} times\n`,
  )
}

async function onFullDisk(most: number, one: number): Promise<Killed> {
  const program = new URL('../test/journal/full-disk-kills.ts', import.meta.url).pathname
  const command = [process.execPath, '--import', 'tsx', program, String(most), String(one)]
  return JSON.parse(await onSmallDisk(DISK_MEGABYTES, command)) as Killed
}
