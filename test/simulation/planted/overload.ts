import { z } from 'zod'
import { defineProcessor, pipeline } from '../../../src/index.ts'
import type { Planted } from './planted.ts'

const N = z.number()
const SERVICE_MS = 20
const TIMEOUT_MS = 200

const metastable: Planted = {
  bug: 'nothing is refused: after a burst every run spends its time on work that ends too late',
  invariant: 'after a burst what comes at nine tenths of capacity is answered again',
  within: 3,
  minimalFaults: 0,
  minimalMessages: 1000,
  async scenario(sim, fixed) {
    const step = (name: string) =>
      defineProcessor({
        name,
        input: N,
        output: N,
        process: async (n) => {
          await sim.sleep(SERVICE_MS)
          return n
        },
      })
    const running = await sim.system().run(
      pipeline('service', N, {
        timeout: TIMEOUT_MS,
        ...(fixed ? { admission: 'adaptive' as const } : { admission: false, maxInFlight: 4096 }),
      })
        .to(step('first'), { mailbox: { capacity: 4096 } })
        .to(step('second'), { mailbox: { capacity: 4096 } }),
    )
    let answered = 0
    /** As clients do: what fails is asked again, twice. */
    const ask = async (n: number, tries = 3): Promise<void> => {
      try {
        await running.ask(n)
        answered += 1
      } catch {
        await sim.sleep(10)
        if (tries > 1) await ask(n, tries - 1)
      }
    }
    const asks: Promise<void>[] = []
    const load = async (runs: number, everyMs: number) => {
      for (let n = 0; n < runs; n++) {
        asks.push(ask(n))
        await sim.sleep(everyMs)
      }
    }
    await load(20, SERVICE_MS / 0.9)
    // The trigger: three times what there is, for a while. Then it is gone.
    await load(80, SERVICE_MS / 3)
    await load(60, SERVICE_MS / 0.9)
    const before = answered
    await load(60, SERVICE_MS / 0.9)
    if (answered - before < 40)
      sim.unreachable('after a burst what comes at nine tenths of capacity is answered again')
    await Promise.all(asks)
    await sim.settle()
  },
}

export const overload = { metastable }
