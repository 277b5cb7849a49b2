import { expect, test } from 'vitest'
import { explore, replay, type ScenarioFunction, shrink } from '../../../src/simulation/index.ts'
import { COMMON, RARE } from './all.ts'

/** Runs in which a fixed scenario must hold: several times as many as its bug takes to be found. */
const HOLDS_MOST = 100

for (const [name, planted] of Object.entries({ ...COMMON, ...RARE })) {
  const { faults = {}, within, invariant } = planted
  // What chance hardly finds is found by guidance; and its fixed version must hold against that.
  const strategy = name in RARE ? 'guided' : 'mixed'
  const broken: ScenarioFunction = (sim) => planted.scenario(sim, false)
  const fixed: ScenarioFunction = (sim) => planted.scenario(sim, true)

  test(`${name} is found within ${within} runs, replays, and shrinks to its core: ${planted.bug}`, async () => {
    const found = await explore({ runs: within, faults, strategy }, broken)
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
    const { failure, runs } = await explore({ runs: most, faults, strategy }, fixed)
    expect(failure?.message).toBeUndefined()
    expect(runs).toBe(most)
  })
}
