import { z } from 'zod'
import { createSystem, defineProcessor, type Pipeline, pipeline } from '../../dist/src/index.js'
import * as plain from './plain.ts'
import { step, WIDTH } from './plain.ts'

export const zodNumber = z.number()
const looked = plain.looked as unknown as typeof zodNumber

export interface Running {
  readonly ask: (x: number) => Promise<number>
  /** Stops it, after the ledger has proved that nothing was lost. */
  readonly stop: () => Promise<void>
}

const processor = (name: string, schema: typeof zodNumber) =>
  defineProcessor({ name, input: schema, output: schema, process: step })

async function run(
  built: Pipeline<number, number>,
  context: 'caller' | 'neutral' = 'caller',
): Promise<Running> {
  const system = createSystem({ context })
  const running = await system.run(built)
  return {
    ask: (x) => running.ask(x),
    stop: async () => {
      const { balanced, inFlight, deadLettered } = system.ledger()
      if (!balanced || inFlight > 0 || Object.keys(deadLettered).length > 0)
        throw new Error(`the ledger does not balance: ${JSON.stringify(system.ledger())}`)
      await system.stop()
    },
  }
}

/** Like every pipeline: bounded mailboxes, deadlines, attempts, ledger, routing by A. There is no other mode. */
export function chain(
  stages: number,
  { schema = looked, context }: { schema?: typeof zodNumber; context?: 'caller' | 'neutral' } = {},
): Promise<Running> {
  let built = pipeline('chain', schema) as Pipeline<number, number>
  for (let i = 0; i < stages; i++) built = built.to(processor(`s${i}`, schema))
  return run(built, context)
}

export function join(schema = looked): Promise<Running> {
  const branches = Object.fromEntries(
    Array.from({ length: WIDTH }, (_, i) => [`b${i}`, processor(`b${i}`, schema)]),
  )
  return run(
    (pipeline('join', schema) as Pipeline<number, number>)
      .to(processor('source', schema))
      .fan(branches)
      .merge((parts) => Object.values(parts).reduce((sum, part) => sum + part, 0)),
  )
}
