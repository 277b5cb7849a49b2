import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { MUTATIONS } from '../../scripts/mutations/all.ts'

/** `scripts/mutate.ts` takes minutes: a line that has changed, so that its mutation no longer fits, shows here at once. */
test('every mutation of the runtime fits its file once, changes it, and names one scenario [G170]', () => {
  const scenarios = readdirSync('test/simulation/scenarios')
  const problems = MUTATIONS.filter(({ file, from, to, scenario }) => {
    const fits = readFileSync(file, 'utf8').split(from).length === 2 && from !== to
    return !fits || scenarios.filter((name) => name.startsWith(scenario)).length !== 1
  })
  expect(problems.map(({ name, file }) => `${name}: ${file}`)).toEqual([])
  expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length)
  expect(MUTATIONS.length).toBeGreaterThanOrEqual(40)
})
