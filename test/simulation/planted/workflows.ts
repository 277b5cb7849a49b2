import { type ActorRef, defineActor } from '../../../src/index.ts'
import type { Simulation } from '../../../src/simulation/index.ts'
import type { Planted } from './planted.ts'

const patience = { timeout: '1s' } as const

/** A booking office: it books once for a trip, and takes a booking back. */
function office(sim: Simulation, name: string) {
  const booked = new Set<number>()
  const ref = sim.system().spawn(
    defineActor({
      name,
      on: {
        book(_ctx, trip: number) {
          booked.add(trip)
          return true
        },
        cancel(_ctx, trip: number) {
          booked.delete(trip)
          return true
        },
      },
    }),
    { name },
  )
  return { ref, booked }
}

const halfASaga: Planted = {
  bug: 'a booking whose answer was lost counts as not made, so nothing takes it back',
  invariant: 'a trip is booked whole or not at all',
  within: 100,
  faults: { ackLost: 0.05 },
  minimalFaults: 1,
  minimalMessages: 3,
  async scenario(sim, fixed) {
    const hotel = office(sim, 'hotel')
    const flight = office(sim, 'flight')
    for (const trip of sim.times(4)) {
      const stays = await hotel.ref.ask('book', trip, patience).catch(() => false)
      const flies = stays && (await flight.ref.ask('book', trip, patience).catch(() => false))
      if (flies) continue
      // What may have been booked is cancelled until somebody says that it is.
      const undo = [...(stays || fixed ? [hotel] : []), ...(fixed ? [flight] : [])]
      for (const { ref } of undo) while (!(await ref.ask('cancel', trip, patience).catch(() => false)));
    }
    for (const trip of new Set([...hotel.booked, ...flight.booked]))
      if (!hotel.booked.has(trip) || !flight.booked.has(trip))
        sim.unreachable('a trip is booked whole or not at all')
  },
}

const paidAndCancelled: Planted = {
  bug: 'the timer that cancels unpaid orders does not look whether the payment came in time',
  invariant: 'no paid order is cancelled',
  within: 100,
  minimalFaults: 0,
  minimalMessages: 5,
  async scenario(sim, fixed) {
    const paid = new Set<number>()
    const orders = sim.system().spawn(
      defineActor({
        name: 'orders',
        state: () => ({ open: new Set<number>() }),
        on: {
          place(ctx, order: number) {
            ctx.state.open.add(order)
            ctx.timers.after(`cancel ${order}`, '2s', 'cancel', order)
          },
          pay(ctx, order: number) {
            if (!ctx.state.open.has(order)) return
            paid.add(order)
            if (fixed) ctx.timers.cancel(`cancel ${order}`)
          },
          cancel(ctx, order: number) {
            ctx.state.open.delete(order)
            if (paid.has(order)) sim.unreachable('no paid order is cancelled')
          },
        },
      }),
      { name: 'orders' },
    )
    for (const order of sim.times(3)) {
      orders.tell('place', order)
      await sim.sleep('1900ms')
      if (sim.pick([true, false, false])) orders.tell('pay', order)
    }
    await sim.settle()
  },
}

const soldTwice: Planted = {
  bug: 'a reservation is released by its timer and by its cancellation: the seat comes back twice',
  invariant: 'there are as many seats as there are',
  within: 100,
  minimalFaults: 0,
  minimalMessages: 5,
  async scenario(sim, fixed) {
    let seats = 2
    const hall = sim.system().spawn(
      defineActor({
        name: 'hall',
        state: () => ({ held: new Set<number>() }),
        on: {
          reserve(ctx, who: number) {
            if (seats === 0) return
            seats -= 1
            ctx.state.held.add(who)
            ctx.timers.after(`hold ${who}`, '2s', 'release', who)
          },
          release(ctx, who: number) {
            if (fixed && !ctx.state.held.has(who)) return
            ctx.state.held.delete(who)
            seats += 1
          },
        },
      }),
      { name: 'hall' },
    )
    sim.invariant('there are as many seats as there are', () => seats <= 2)
    for (const who of sim.times(3)) {
      hall.tell('reserve', who)
      if (sim.pick([true, false])) hall.tell('release', who)
    }
    await sim.settle()
  },
}

const keyPerAttempt: Planted = {
  bug: 'every attempt gets an idempotency key of its own, so a repeated one is not recognised',
  invariant: 'one effect per idempotency key',
  within: 100,
  faults: { ackLost: 0.05, drop: 0.02 },
  minimalFaults: 1,
  minimalMessages: 2,
  async scenario(sim, fixed) {
    const known = new Set<string>()
    const bank = sim.system().spawn(
      defineActor({
        name: 'bank',
        on: {
          transfer(_ctx, { key, order }: { key: string; order: number }) {
            if (known.has(key)) return
            known.add(key)
            sim.effect(`transfer of order ${order}`)
          },
        },
      }),
      { name: 'bank' },
    )
    for (const order of sim.times(5)) {
      for (let attempt = 1; attempt <= 3; attempt++) {
        const key = fixed ? `order ${order}` : `order ${order}, attempt ${attempt}`
        const done = await bank.ask('transfer', { key, order }, patience).then(
          () => true,
          () => false,
        )
        if (done) break
      }
    }
  },
}

const seenTooSoon: Planted = {
  bug: 'an order is marked as done before it is done: where the work fails, its next attempt is skipped',
  invariant: 'every order that was answered is done',
  within: 100,
  faults: { maybe: 0.05 },
  minimalFaults: 1,
  minimalMessages: 1,
  async scenario(sim, fixed) {
    const seen = new Set<number>()
    const done = new Set<number>()
    const worker = sim.system().spawn(
      defineActor({
        name: 'worker',
        retry: { attempts: 3, backoff: '10ms' },
        on: {
          work(ctx, order: number) {
            if (seen.has(order)) return
            if (!fixed) seen.add(order)
            ctx.maybe('the work fails')
            done.add(order)
            seen.add(order)
          },
        },
      }),
      { name: 'worker' },
    )
    for (const order of sim.times(5)) {
      await worker.ask('work', order)
      if (!done.has(order)) sim.unreachable('every order that was answered is done')
    }
  },
}

interface Vote {
  vote: (ctx: never, from: string) => void
}

const countsVoices: Planted = {
  bug: 'voices are counted, and not who has them: one that comes twice is a majority',
  invariant: 'a decision has two voters',
  within: 100,
  faults: { duplicate: 0.05 },
  minimalFaults: 1,
  minimalMessages: 1,
  async scenario(sim, fixed) {
    const asked = new Set<string>()
    const system = sim.system()
    const box: ActorRef<Vote> = system.spawn(
      defineActor({
        name: 'box',
        state: () => ({ voices: [] as string[] }),
        on: {
          vote(ctx, from: string) {
            ctx.state.voices.push(from)
            const count = fixed ? new Set(ctx.state.voices).size : ctx.state.voices.length
            if (count === 2 && asked.size < 2) sim.unreachable('a decision has two voters')
          },
        },
      }),
      { name: 'box' },
    )
    for (const n of sim.times(3)) {
      asked.add(`voter ${n}`)
      await box.offer('vote', `voter ${n}`)
      await sim.sleep('1s')
      if (asked.size === 1) continue
      break
    }
  },
}

export const workflows: Readonly<Record<string, Planted>> = {
  halfASaga,
  paidAndCancelled,
  soldTwice,
  keyPerAttempt,
  seenTooSoon,
  countsVoices,
}
