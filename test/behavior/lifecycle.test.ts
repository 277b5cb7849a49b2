import { expect, test } from 'vitest'
import { createMachine, transition } from 'xstate'
import { LIFECYCLE, LIFECYCLE_EVENTS, LIFECYCLE_STATES, nextState } from '../../src/behavior/lifecycle.ts'

test('the compiled table equals the XState machine on every state × event [G28]', () => {
  const machine = createMachine(LIFECYCLE as never)
  for (const state of LIFECYCLE_STATES) {
    for (const event of LIFECYCLE_EVENTS) {
      const at = machine.resolveState({ value: state } as never)
      // A machine in its final state takes no events at all.
      const [next] = state === 'stopped' ? [at] : transition(machine, at, { type: event } as never)
      expect(`${state} ${event} ${nextState(state, event)}`).toBe(`${state} ${event} ${String(next.value)}`)
    }
  }
})
