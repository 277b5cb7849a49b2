/**
 * How many runs a planted bug takes: by chance, and by guidance. Median over several seeds.
 *
 *     npx tsx scripts/guidance.ts [--only NAME] [--seeds 9] [--runs 20000] [--rates 20] [--common]
 *
 * `--common` takes the planted bugs that chance finds soon, `--rates N` divides every rate by N.
 */
import { parseArgs } from 'node:util'
import { explore, type FaultOptions } from '../src/simulation/index.ts'
import { COMMON, RARE } from '../test/simulation/planted/all.ts'
import type { Planted } from '../test/simulation/planted/planted.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seeds: { type: 'string', default: '9' },
    runs: { type: 'string', default: '20000' },
    rates: { type: 'string', default: '1' },
    common: { type: 'boolean', default: false },
  },
})
const [seeds, runs, by] = [Number(values.seeds), Number(values.runs), Number(values.rates)]
const ratios: number[] = []

for (const [name, planted] of Object.entries(values.common ? COMMON : RARE)) {
  if (values.only !== undefined && !name.includes(values.only)) continue
  const { faults } = planted
  if (values.common && faults === undefined) continue
  const rarer = faults === undefined ? {} : divided(faults, by)
  const chance = await median(planted, rarer, 'mixed')
  const guided = await median(planted, rarer, 'guided')
  ratios.push(guided / chance)
  console.log(
    `${name.padEnd(24)} ${String(chance).padStart(6)} ${String(guided).padStart(6)}  ${(guided / chance).toFixed(2)}`,
  )
}
console.log(`${ratios.length} bugs, median ratio ${middle(ratios).toFixed(2)}`)

async function median(planted: Planted, faults: FaultOptions, strategy: 'mixed' | 'guided'): Promise<number> {
  const needed: number[] = []
  for (let seed = 0; seed < seeds; seed++) {
    const found = await explore({ runs, seed: 1 + seed * 1_000_000, faults, strategy }, (sim) =>
      planted.scenario(sim, false),
    )
    needed.push(found.failure === undefined ? Number.POSITIVE_INFINITY : found.runs)
  }
  return middle(needed)
}

function middle(numbers: number[]): number {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}

/** Every rate is a number below 1 in some depth; ranges and budgets stay as they are. */
function divided(faults: FaultOptions, divisor: number): FaultOptions {
  const less = (value: unknown, key: string): unknown => {
    if (typeof value === 'number') return ['budget', 'skew'].includes(key) ? value : value / divisor
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, less(one, name)]))
  }
  return less(faults, '') as FaultOptions
}
