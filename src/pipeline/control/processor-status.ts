import type { Layout } from '../run/layout.ts'
import type { ProcessorStatus } from './running-pipeline.ts'

/** The current state of every processor, with the load of its replicas together. */
export function processorStatus({ stations }: Layout): ProcessorStatus[] {
  return stations.flatMap((station) => {
    if (station === undefined) return []
    const { name, stages, replicas } = station
    const { path, state, states } = station.stage
    const load = stages.reduce((sum, stage) => sum + stage.load, 0)
    return [{ name, path, state, states, load, replicas }]
  })
}
