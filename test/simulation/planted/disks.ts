import { defineActor } from '../../../src/index.ts'
import type { Planted } from './planted.ts'

const twoWrites: Planted = {
  bug: 'an order and its invoice are written one after the other: where the second write fails there is half of it',
  invariant: 'an order has its invoice',
  within: 100,
  faults: { ioError: 0.05 },
  minimalFaults: 1,
  minimalMessages: 0,
  async scenario(sim, fixed) {
    const store = sim.store()
    const one = Uint8Array.of(1)
    const put = (...keys: string[]) => store.commit(keys.map((key) => ({ key, value: one })))
    for (const n of sim.times(5)) {
      try {
        if (fixed) await put(`order ${n}`, `invoice ${n}`)
        else {
          await put(`order ${n}`)
          await put(`invoice ${n}`)
        }
      } catch {
        // The client hears of it and may send the order again.
      }
      const [order, invoice] = [await store.get(`order ${n}`), await store.get(`invoice ${n}`)]
      if ((order === undefined) !== (invoice === undefined)) sim.unreachable('an order has its invoice')
    }
  },
}

const trustsTheDisk: Planted = {
  bug: 'what is read from the disk is used without a checksum',
  invariant: 'what is read is what was written, or an error',
  within: 100,
  faults: { corruptRecord: 0.05 },
  minimalFaults: 1,
  minimalMessages: 0,
  async scenario(sim, fixed) {
    const store = sim.store()
    for (const n of sim.times(6)) {
      await store.commit([{ key: 'price', value: Uint8Array.of(n, 255 - n) }])
      const [price, check] = (await store.get('price')) ?? [0, 0]
      if (fixed && (price ?? 0) + (check ?? 0) !== 255) continue
      if (price !== n) sim.unreachable('what is read is what was written, or an error')
    }
  },
}

const ackFirst: Planted = {
  bug: 'a frame is acknowledged as it comes: where the work fails nobody sends it again',
  invariant: 'every frame is worked on',
  within: 100,
  faults: { maybe: 0.05 },
  minimalFaults: 1,
  minimalMessages: 0,
  async scenario(sim, fixed) {
    const done = new Set<number>()
    const transport = sim.transport()
    await transport.subscribe('orders', async ({ frame, ack, nack }) => {
      if (!fixed) await ack()
      if (sim.maybe('the work fails')) return fixed ? nack(1000) : undefined
      done.add(frame[0] as number)
      if (fixed) await ack()
    })
    let sent = 0
    for (const n of sim.times(5)) {
      await transport.send('orders', Uint8Array.of(n))
      sent += 1
    }
    await sim.settle()
    if (done.size < sent) sim.unreachable('every frame is worked on')
  },
}

const nackForever: Planted = {
  bug: 'a frame that nobody can read is refused and comes again, without end',
  invariant: 'no frame comes without end',
  within: 100,
  faults: { maybe: 0.05 },
  minimalFaults: 1,
  minimalMessages: 0,
  async scenario(sim, fixed) {
    const times = new Map<number, number>()
    const broken = new Set<number>()
    const transport = sim.transport()
    await transport.subscribe('orders', async ({ frame, ack, nack }) => {
      const n = frame[0] as number
      const count = (times.get(n) ?? 0) + 1
      times.set(n, count)
      if (count > 5) sim.unreachable('no frame comes without end')
      if (broken.has(n) && !(fixed && count === 3)) return nack(1000)
      await ack()
    })
    for (const n of sim.times(5)) {
      if (sim.maybe('it is cut short')) broken.add(n)
      await transport.send('orders', Uint8Array.of(n))
    }
    await sim.sleep('30s')
  },
}

const laterByTheClock: Planted = {
  bug: 'of two writes the one with the later wall time stays: where the clock has jumped back, a newer one is lost',
  invariant: 'the last write stays',
  within: 200,
  faults: { clockJump: { rate: 0.03, range: ['-60s', '-1s'] } },
  minimalFaults: 1,
  minimalMessages: 4,
  async scenario(sim, fixed) {
    let version = 0
    const row = sim.system().spawn(
      defineActor({
        name: 'row',
        state: () => ({ value: 0, at: Number.NEGATIVE_INFINITY }),
        on: {
          write(ctx, value: number) {
            version += 1
            const at = fixed ? version : sim.kernel.clock.now()
            if (at < ctx.state.at) return
            ctx.state.value = value
            ctx.state.at = at
          },
          read: (ctx) => ctx.state.value,
        },
      }),
      { name: 'row' },
    )
    for (const n of sim.times(6)) {
      await row.ask('write', n + 1)
      if ((await row.ask('read')) !== n + 1) sim.unreachable('the last write stays')
      await sim.sleep('100ms')
    }
  },
}

const negativeTime: Planted = {
  bug: 'the time that a call took is measured by the wall clock, which may have been set back meanwhile',
  invariant: 'no call takes less than no time',
  within: 200,
  faults: { clockJump: { rate: 0.03, range: ['-60s', '60s'] } },
  minimalFaults: 1,
  minimalMessages: 1,
  async scenario(sim, fixed) {
    const service = sim.system().spawn(
      defineActor({
        name: 'service',
        on: {
          async call() {
            await sim.sleep('50ms')
          },
        },
      }),
      { name: 'service' },
    )
    const { clock } = sim.kernel
    const now = (): number => (fixed ? clock.monotonic() : clock.now())
    for (const _ of sim.times(6)) {
      const since = now()
      await service.ask('call')
      if (now() < since) sim.unreachable('no call takes less than no time')
    }
  },
}

const lostWakeup: Planted = {
  bug: 'a consumer finds the queue empty and then begins to wait: what came in between does not wake it',
  invariant: 'what is in the queue is taken',
  within: 100,
  minimalFaults: 0,
  minimalMessages: 3,
  async scenario(sim, fixed) {
    let taken = 0
    let waits = false
    const queue = sim.system().spawn(
      defineActor({
        name: 'queue',
        state: () => ({ jobs: 0 }),
        on: {
          put(ctx) {
            if (!waits) ctx.state.jobs += 1
            else taken += 1
            waits = false
          },
          take(ctx) {
            if (ctx.state.jobs === 0) return false
            ctx.state.jobs -= 1
            taken += 1
            return true
          },
          wait(ctx) {
            if (fixed && ctx.state.jobs > 0) {
              ctx.state.jobs -= 1
              taken += 1
            } else waits = true
          },
        },
      }),
      { name: 'queue' },
    )
    const consumer = async () => {
      if (await queue.ask('take')) return
      await sim.sleep('1ms')
      await queue.ask('wait')
    }
    await Promise.all([consumer(), sim.sleep(sim.pick([0, 0.5, 2, 3])).then(() => queue.ask('put'))])
    await sim.settle()
    if (taken !== 1) sim.unreachable('what is in the queue is taken')
  },
}

export const disks: Readonly<Record<string, Planted>> = {
  twoWrites,
  trustsTheDisk,
  ackFirst,
  nackForever,
  laterByTheClock,
  negativeTime,
  lostWakeup,
}
