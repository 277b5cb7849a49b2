/**
 * Our own product under simulation: many runs of every scenario in test/simulation/scenarios.
 *
 *     npm run simulate -- [--runs N] [--workers N] [--only NAME] [--hash] [--brief]
 *     npm run simulate:long                                  # 250,000 runs each
 *
 * Exits with 1 and the token of the first failure when an invariant is violated. `--hash` prints only the hash of all
 * runs: the same on every machine and Node. `--brief` shrinks nothing.
 */
import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Exploration, explore } from '../src/simulation/explore.ts'
import { isScenario } from '../src/simulation/scenario.ts'
import { shrink } from '../src/simulation/shrink.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5000' },
    workers: { type: 'string', default: '0' },
    only: { type: 'string' },
    hash: { type: 'boolean', default: false },
    brief: { type: 'boolean', default: false },
  },
})
const folder = new URL('../test/simulation/scenarios/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.sim.ts'))
const hashes: string[] = []

for (const file of files.filter((name) => values.only === undefined || name.startsWith(values.only))) {
  const { default: scenario } = (await import(new URL(file, folder).href)) as { default: unknown }
  if (!isScenario(scenario)) throw new Error(`${file} has no scenario`)
  const found = await explore({ runs: Number(values.runs), workers: Number(values.workers) }, scenario)
  hashes.push(found.hash)
  if (!values.hash) console.log(line(file, found))
  // A scenario that did not see its purpose has failed.
  if (found.vacuous.length > 0 && found.runs >= 1000) process.exitCode = 1
  if (found.failure !== undefined && values.brief) {
    console.log(`${found.failure.message}\nfound:  ${found.failure.token}`)
    process.exitCode = 1
    break
  }
  if (found.failure !== undefined) {
    const { story, token } = await shrink(found.failure.token, scenario, { budget: '30s' })
    console.log(`${found.failure.message}\n${story}\nfound:  ${found.failure.token}\nshrunk: ${token}`)
    process.exitCode = 1
    break
  }
}
if (values.hash) console.log(hashes.join(' '))

function line(file: string, { runs, schedules, messages, faults, vacuous, elapsedMs }: Exploration): string {
  const struck = Object.values(faults).reduce((sum, times) => sum + times, 0)
  const seconds = elapsedMs / 1000
  return [
    file.padEnd(28),
    `${runs} runs, ${schedules} different, ${messages} messages, ${struck} faults, ${seconds.toFixed(1)} s`,
    `(${Math.round(runs / seconds)} runs/s)`,
    ...vacuous.map((what) => `vacuous: ${what}`),
  ].join(' ')
}
