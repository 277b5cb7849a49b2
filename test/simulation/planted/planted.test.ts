import { expect, test } from 'vitest'
import { explore, replay, type ScenarioFunction, shrink } from '../../../src/simulation/index.ts'
import { delivery } from './delivery.ts'
import { disks } from './disks.ts'
import { joins } from './joins.ts'
import { limits } from './limits.ts'
import { order } from './order.ts'
import { overload } from './overload.ts'
import type { Planted } from './planted.ts'
import { services } from './services.ts'
import { state } from './state.ts'
import { stores } from './stores.ts'
import { time } from './time.ts'
import { workflows } from './workflows.ts'

const ALL: Readonly<Record<string, Planted>> = {
  ...delivery,
  ...joins,
  ...time,
  ...state,
  ...overload,
  ...stores,
  ...workflows,
  ...limits,
  ...order,
  ...services,
  ...disks,
}
/** Runs in which a fixed scenario must hold: several times as many as its bug takes to be found. */
const HOLDS_MOST = 100

for (const [name, planted] of Object.entries(ALL)) {
  const { faults = {}, within, invariant } = planted
  const broken: ScenarioFunction = (sim) => planted.scenario(sim, false)
  const fixed: ScenarioFunction = (sim) => planted.scenario(sim, true)

  test(`${name} is found within ${within} runs, replays, and shrinks to its core: ${planted.bug}`, async () => {
    const found = await explore({ runs: within, faults }, broken)
    expect(found.failure?.invariant).toBe(invariant)
    const token = found.failure?.token as string
    const again = await replay(token, broken)
    expect(again.failure).toMatchObject({ invariant, step: found.failure?.step })
    const shrunk = await shrink(token, broken)
    expect(shrunk.failure?.invariant).toBe(invariant)
    expect(shrunk.minimal).toBe(true)
    expect(shrunk.after.faults, shrunk.story).toBeLessThanOrEqual(planted.minimalFaults)
    expect(shrunk.after.messages, shrunk.story).toBeLessThanOrEqual(planted.minimalMessages)
    // The shrunken run has its own token.
    expect((await replay(shrunk.token, broken)).hash).toBe(shrunk.hash)
  })

  test(`${name}, fixed, holds`, async () => {
    const most = Math.min(within, HOLDS_MOST)
    const { failure, runs } = await explore({ runs: most, faults }, fixed)
    expect(failure?.message).toBeUndefined()
    expect(runs).toBe(most)
  })
}
