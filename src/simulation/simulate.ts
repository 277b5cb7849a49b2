import { play } from './played.ts'
import { resultOf, type SimulationResult } from './result.ts'
import { optionsFor, type Scenario } from './scenario.ts'
import { SIMULATE_OPTIONS, type SimulateOptions, settingsOf } from './settings.ts'

/**
 * Runs a scenario once, on virtual time, in an order and with faults chosen by the seed.
 * Never rejects because of the scenario: its failure is in the result.
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming the option that is out of range.
 */
export async function simulate(options: SimulateOptions, scenario: Scenario): Promise<SimulationResult>
export async function simulate(scenario: Scenario): Promise<SimulationResult>
export async function simulate(
  first: SimulateOptions | Scenario,
  second?: Scenario,
): Promise<SimulationResult> {
  const scenario = (second ?? first) as Scenario
  const given = second === undefined ? {} : (first as SimulateOptions)
  const options = optionsFor(scenario, given, SIMULATE_OPTIONS)
  const settings = settingsOf(options)
  const played = await play(settings, scenario, undefined, true)
  return resultOf(scenario, { ...options, seed: settings.seed }, played, undefined)
}
