// npm run crash-test [-- --kills 1000] [--images 1000] [--seed 1]: kills processes under load, and cuts the power of disks in memory
import { parseArgs } from 'node:util'
import { cutActors } from '../test/journal/actor-power-cuts.ts'
import { killAgain } from '../test/journal/kills.ts'
import { cutPower } from '../test/journal/power-cuts.ts'

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

for (const [what, cut] of [
  ['logs', cutPower],
  ['actors', (one: number) => cutActors(one)],
] as const) {
  let opened = 0
  for (let one = seed; opened < images; one++) opened += await cut(one)
  process.stdout.write(`power cuts, ${what}: ${opened} images opened, nothing lost, nothing doubled\n`)
}
let transfers = 0
let effects = 0
for (let done = 0, one = seed; done < kills; one++) {
  const series = await killAgain(Math.min(SERIES, kills - done), one)
  done += series.kills
  transfers += series.transfers
  effects += series.effects
  process.stdout.write(
    `${done} kills: ${transfers} transfers, each once inside; ${effects} effects outside, each under one name\n`,
  )
}
