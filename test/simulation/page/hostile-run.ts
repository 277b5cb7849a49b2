import { defineActor } from '../../../src/index.ts'
import { type Simulation, simulate } from '../../../src/simulation/index.ts'

/** What would become markup or script if any of it reached the page as it is. */
export const HOSTILE = [
  '</script><script>globalThis.struck = 1</script>',
  '<!--<script>',
  '<img src=x onerror="globalThis.struck = 2">',
  '"><svg onload=globalThis.struck=3>',
  'line\u2028separator\u2029',
  '&lt;b&gt;&#60;b&#62; `globalThis.struck = 4`',
  "javascript:globalThis.struck=5//'",
] as const

/** A run that fails, with hostile names, bodies, states, errors and notes, and a fault. */
export function hostileRun() {
  return simulate(async (sim: Simulation) => {
    const Till = defineActor({
      name: 'till',
      state: () => ({ paid: [] as string[] }),
      on: {
        pay(ctx, text: string) {
          ctx.state.paid.push(text)
          if (text === HOSTILE[2]) throw new RangeError(text)
          return text
        },
      },
    })
    const till = sim.system().spawn(Till, { name: 'till' })
    for (const text of HOSTILE) await till.ask('pay', text).catch(() => {})
    sim.on('till').duplicate()
    till.tell('pay', 'twice')
    await sim.settle()
    sim.note(HOSTILE[1])
    sim.effect(HOSTILE[3])
    sim.unreachable(HOSTILE[0])
  })
}
