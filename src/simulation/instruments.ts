import type { Instruments } from '../system/dispatch/instruments.ts'
import { ActorInstruments } from './actor-instruments.ts'
import { type Apparatus, Sites } from './sites.ts'
import { stageUnder } from './stage-instruments.ts'

/** Wraps handlers so that faults can strike around them and the monitor sees them begin and end. */
export function instrumentsFor(apparatus: Apparatus): Instruments {
  const sites = new Sites(apparatus)
  const actors = new ActorInstruments(apparatus, sites)
  return {
    network: apparatus.network,
    definition: (definition) => actors.definition(definition),
    stage: (spec, path, kill) => stageUnder(apparatus, sites, spec, path, kill),
  }
}
