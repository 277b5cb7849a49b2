import { type ActorRef, defineActor } from '../../../src/index.ts'
import type { Planted } from './planted.ts'

const leaseWithoutFence: Planted = {
  bug: 'a writer does not look whether it still has its lease after a wait: the next holder writes too',
  invariant: 'only the holder writes',
  within: 200,
  faults: { lateAck: { rate: 0.05, range: ['6s', '8s'] } },
  minimalFaults: 1,
  minimalMessages: 7,
  async scenario(sim, fixed) {
    let granted = 0
    let until = 0
    const system = sim.system()
    const leases = system.spawn(
      defineActor({
        name: 'leases',
        on: {
          take() {
            if (sim.now < until) return 0
            until = sim.now + 5000
            granted += 1
            return granted
          },
        },
      }),
      { name: 'leases' },
    )
    const file = system.spawn(
      defineActor({
        name: 'file',
        on: {
          write(_ctx, lease: number) {
            if (fixed && lease !== granted) return false
            if (lease !== granted) sim.unreachable('only the holder writes')
            return true
          },
        },
      }),
      { name: 'file' },
    )
    const writer = async () => {
      for (const _ of [1, 2, 3, 4, 5]) {
        const lease = await leases.ask('take')
        if (lease > 0) await file.ask('write', lease)
        await sim.sleep('2s')
      }
    }
    await Promise.all([writer(), writer()])
  },
}

const wallClockLease: Planted = {
  bug: 'a lease ends by the wall clock: where that jumps ahead, two have it',
  invariant: 'one holder at most',
  within: 200,
  faults: { clockJump: { rate: 0.02, range: ['10s', '60s'] } },
  minimalFaults: 1,
  minimalMessages: 2,
  async scenario(sim, fixed) {
    let taken = Number.NEGATIVE_INFINITY
    let takenReally = Number.NEGATIVE_INFINITY
    const leases = sim.system().spawn(
      defineActor({
        name: 'leases',
        on: {
          take() {
            const { clock } = sim.kernel
            const now = fixed ? clock.monotonic() : clock.now()
            if (now < taken + 5000) return false
            taken = now
            if (sim.now < takenReally + 5000) sim.unreachable('one holder at most')
            takenReally = sim.now
            return true
          },
        },
      }),
      { name: 'leases' },
    )
    for (const _ of sim.times(8)) {
      await leases.ask('take')
      await sim.sleep('1s')
    }
  },
}

const oneBeatMissed: Planted = {
  bug: 'a node counts as dead after one heartbeat that did not come',
  invariant: 'no living node counts as dead',
  within: 100,
  faults: { drop: 0.03 },
  minimalFaults: 1,
  minimalMessages: 3,
  async scenario(sim, fixed) {
    const watcher = sim.system().spawn(
      defineActor({
        name: 'watcher',
        on: {
          beat(ctx) {
            ctx.timers.after('silence', fixed ? '60s' : '1500ms', 'dead')
          },
          dead: () => sim.unreachable('no living node counts as dead'),
        },
      }),
      { name: 'watcher' },
    )
    for (const _ of sim.times(10)) {
      watcher.tell('beat')
      await sim.sleep('1s')
    }
  },
}

const gapIgnored: Planted = {
  bug: 'numbered changes are applied as they come: one that was overtaken is dropped as old',
  invariant: 'every change is applied in its turn',
  within: 100,
  faults: { reorder: { rate: 0.05, range: ['10ms', '500ms'] } },
  minimalFaults: 1,
  minimalMessages: 2,
  async scenario(sim, fixed) {
    const applied: number[] = []
    let sent = 0
    const mirror = sim.system().spawn(
      defineActor({
        name: 'mirror',
        state: () => ({ last: 0, held: new Map<number, true>() }),
        on: {
          change(ctx, n: number) {
            const { state } = ctx
            if (!fixed) {
              if (n < state.last) return
              state.last = n
              applied.push(n)
              return
            }
            state.held.set(n, true)
            while (state.held.delete(state.last + 1)) {
              state.last += 1
              applied.push(state.last)
            }
          },
        },
      }),
      { name: 'mirror' },
    )
    for (const _ of sim.times(6)) {
      sent += 1
      mirror.tell('change', sent)
    }
    await sim.settle()
    if (applied.length !== sent) sim.unreachable('every change is applied in its turn')
  },
}

const gossipAdds: Planted = {
  bug: 'counts of other nodes are added up as they come, so one that comes twice counts twice',
  invariant: 'no node counts more than there is',
  within: 100,
  faults: { duplicate: 0.05 },
  minimalFaults: 1,
  minimalMessages: 1,
  async scenario(sim, fixed) {
    let real = 0
    const node = sim.system().spawn(
      defineActor({
        name: 'node',
        state: () => ({ known: 0 }),
        on: {
          heard(ctx, { add, total }: { add: number; total: number }) {
            ctx.state.known = fixed ? Math.max(ctx.state.known, total) : ctx.state.known + add
            if (ctx.state.known > real) sim.unreachable('no node counts more than there is')
          },
        },
      }),
      { name: 'node' },
    )
    for (const _ of sim.times(5)) {
      real += 1
      node.tell('heard', { add: 1, total: real })
    }
    await sim.settle()
  },
}

const offsetFirst: Planted = {
  bug: 'a consumer writes its position before it has handled the entry: one that fails is skipped',
  invariant: 'every entry is handled',
  within: 100,
  faults: { maybe: 0.1 },
  minimalFaults: 1,
  minimalMessages: 2,
  async scenario(sim, fixed) {
    const entries = [0, 1, 2, 3]
    const handled = new Set<number>()
    let position = 0
    const sink: ActorRef<{ take: (ctx: never, entry: number) => boolean }> = sim.system().spawn(
      defineActor({
        name: 'sink',
        on: {
          take(_ctx, entry: number) {
            if (sim.maybe('full')) return false
            handled.add(entry)
            return true
          },
        },
      }),
      { name: 'sink' },
    )
    for (const _ of sim.times(40)) {
      const at = position
      if (at >= entries.length) break
      if (!fixed) position += 1
      const taken = await sink.ask('take', entries[at] as number, { timeout: '1s' }).catch(() => false)
      if (fixed && taken) position += 1
    }
    if (handled.size < Math.min(position, entries.length)) sim.unreachable('every entry is handled')
  },
}

const shortMemory: Planted = {
  bug: 'a consumer remembers its last two frames: one that is delivered again later than that counts twice',
  invariant: 'one effect per idempotency key',
  within: 200,
  faults: { redeliver: { rate: 0.1, range: ['1s', '30s'] } },
  minimalFaults: 1,
  minimalMessages: 0,
  async scenario(sim, fixed) {
    const transport = sim.transport()
    const seen: number[] = []
    await transport.subscribe('orders', async ({ frame, ack }) => {
      const order = frame[0] as number
      if (!(fixed ? seen : seen.slice(-2)).includes(order)) sim.effect(`order ${order}`)
      seen.push(order)
      await ack()
    })
    for (const n of sim.times(6)) {
      await transport.send('orders', Uint8Array.of(n))
      await sim.sleep('5s')
    }
    await sim.settle()
  },
}

export const order: Readonly<Record<string, Planted>> = {
  leaseWithoutFence,
  wallClockLease,
  oneBeatMissed,
  gapIgnored,
  gossipAdds,
  offsetFirst,
  shortMemory,
}
