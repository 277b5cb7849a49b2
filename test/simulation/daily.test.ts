import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { explore, type ScenarioModule } from '../../src/simulation/index.ts'

const folder = new URL('./scenarios/', import.meta.url)

/**
 * A small slice of what `npm run simulate` runs; `.ci/run` takes 250 of each in a step of its own, and few of them here (`GANGLION_SCHEDULES`);
 * `npm run simulate:long` takes a million.
 */
const RUNS = Number(process.env.GANGLION_SCHEDULES ?? 100)

for (const file of readdirSync(folder)) {
  test(`${file}: ${RUNS} schedules hold`, async () => {
    const { default: scenario } = (await import(new URL(file, folder).href)) as { default: ScenarioModule }
    const found = await explore({ runs: RUNS }, scenario)
    expect(found.failure && `${found.failure.message} ${found.failure.token}`).toBeUndefined()
    expect(found).toMatchObject({ ok: true, runs: RUNS, schedules: RUNS })
  }, 120_000)
}
