import { defineActor } from '../../../src/behavior/define-actor.ts'
import type { Desk, Observed } from './desk.ts'

/**
 * The actor that alone touches the desk. The desk outlives its instances: every message either finds its headline counted or
 * counts it, so a message that is handled again after a crash, or sent again after a lost reply, changes nothing.
 */
export function deskGuard(desk: Desk) {
  return defineActor({
    name: 'desk',
    state: () => desk,
    retry: { attempts: 3, backoff: '20ms' },
    on: {
      take: (ctx, headline: Observed) => ctx.state.take(headline),
      advance(ctx, time: number) {
        ctx.state.advance(time)
      },
      close(ctx) {
        ctx.state.close()
      },
    },
  })
}
