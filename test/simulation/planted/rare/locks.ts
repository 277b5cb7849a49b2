import { type ActorRef, type Ctx, defineActor } from '../../../../src/index.ts'
import type { Planted } from '../planted.ts'

interface Lock {
  take: (ctx: never, who: string) => boolean
  free: (ctx: never, who: string) => void
}

const LOCK_MS = 5000

const freesForOthers: Planted = {
  bug: 'whoever leaves frees the lock, also where its time was over and another holds it',
  invariant: 'one at a time works on the index',
  within: 100,
  faults: { delay: { at: { '* → lock': { rate: 0.0001, range: ['500ms', '8s'] } } } },
  minimalFaults: 1,
  minimalMessages: 110,
  async scenario(sim, fixed) {
    const system = sim.system()
    const lock: ActorRef<Lock> = system.spawn(
      defineActor({
        name: 'lock',
        state: () => ({ holder: '', until: 0 }),
        on: {
          take(ctx, who: string) {
            const { state } = ctx
            if (state.holder !== '' && sim.now < state.until) return false
            state.holder = who
            state.until = sim.now + LOCK_MS
            return true
          },
          free(ctx, who: string) {
            if (fixed && ctx.state.holder !== who) return
            ctx.state.holder = ''
          },
        },
      }),
      { name: 'lock' },
    )
    const working = new Set<string>()
    const worker = (name: string) =>
      system.spawn(
        defineActor({
          name,
          on: {
            async work(ctx) {
              const askedAt = sim.now
              if (!(await ctx.ask(lock, 'take', name, { timeout: '20s' }))) {
                ctx.timers.after('again', '400ms', 'work')
                return
              }
              // The work takes three seconds: with too little left of its time it leaves at once.
              if (sim.now - askedAt < 1500) {
                working.add(name)
                if (working.size > 1) sim.unreachable('one at a time works on the index')
                await sim.sleep('3s')
                working.delete(name)
              }
              ctx.tell(lock, 'free', name)
              ctx.timers.after('again', '400ms', 'work')
            },
          },
        }),
        { name },
      )
    for (const name of ['ann', 'bob', 'cid']) {
      worker(name).tell('work')
      await sim.sleep('150ms')
    }
    for (const _ of sim.times(25)) await sim.sleep('2s')
  },
}

const headComesBack: Planted = {
  bug: 'a slot is taken if the head of the free list is what it was: meanwhile it went and came back, and its next has changed',
  invariant: 'a slot has one user',
  within: 100,
  faults: { delay: { latency: ['1ms', '4ms'], rate: 0.004, range: ['20ms', '120ms'] } },
  minimalFaults: 1,
  minimalMessages: 22,
  async scenario(sim, fixed) {
    const system = sim.system()
    const pool = system.spawn(
      defineActor({
        name: 'pool',
        state: () => ({ head: 'a', next: { a: 'b', b: 'c', c: '' } as Record<string, string>, version: 0 }),
        on: {
          top: ({ state: { head, next, version } }) => ({ head, next: next[head] ?? '', version }),
          swap(ctx, { from, to, version }: { from: string; to: string; version: number }) {
            const { state } = ctx
            if (state.head !== from || (fixed && state.version !== version)) return false
            state.head = to
            state.version += 1
            return true
          },
          link(ctx, { slot, to }: { slot: string; to: string }) {
            ctx.state.next[slot] = to
          },
        },
      }),
      { name: 'pool' },
    )
    const used = new Set<string>()
    const client = (name: string) =>
      system.spawn(
        defineActor({
          name,
          on: {
            async use(ctx, workMs: number) {
              const slot = await take(ctx)
              if (used.has(slot)) sim.unreachable('a slot has one user')
              used.add(slot)
              await sim.sleep(workMs)
              used.delete(slot)
              await giveBack(ctx, slot)
            },
          },
        }),
        { name },
      )
    const take = async (ctx: Ctx<unknown>): Promise<string> => {
      for (;;) {
        const { head, next, version } = await ctx.ask(pool, 'top')
        if (head === '') await sim.sleep('5ms')
        else if (await ctx.ask(pool, 'swap', { from: head, to: next, version })) return head
      }
    }
    const giveBack = async (ctx: Ctx<unknown>, slot: string): Promise<void> => {
      for (;;) {
        const { head, version } = await ctx.ask(pool, 'top')
        await ctx.ask(pool, 'link', { slot, to: head })
        if (await ctx.ask(pool, 'swap', { from: head, to: slot, version })) return
      }
    }
    const [ann, bob, cid] = [client('ann'), client('bob'), client('cid')]
    for (const _ of sim.times(4)) {
      ann.tell('use', 5)
      bob.tell('use', 30)
      cid.tell('use', 2)
    }
    await sim.settle()
  },
}

interface Registry {
  acquire: (ctx: never, who: string) => boolean
  renew: (ctx: never, who: string) => void
  release: (ctx: never, who: string) => void
}

const countedDownTwice: Planted = {
  bug: 'a user that was silent is counted out, and once more when its release arrives after all: the model goes while another uses it',
  invariant: 'a model in use is loaded',
  within: 100,
  faults: { delay: { at: { '* → registry': { rate: 0.0001, range: ['1s', '20s'] } } } },
  minimalFaults: 1,
  minimalMessages: 29,
  async scenario(sim, fixed) {
    const system = sim.system()
    const registry: ActorRef<Registry> = system.spawn(
      defineActor({
        name: 'registry',
        state: () => ({ loaded: false, users: 0, heard: new Map<string, number>() }),
        on: {
          acquire(ctx, who: string) {
            const { state } = ctx
            state.loaded = true
            state.users += 1
            state.heard.set(who, sim.now)
            ctx.timers.every('look', '1s', 'look')
            return true
          },
          renew(ctx, who: string) {
            if (ctx.state.heard.has(who)) ctx.state.heard.set(who, sim.now)
          },
          release(ctx, who: string) {
            if (fixed && !ctx.state.heard.has(who)) return
            ctx.state.heard.delete(who)
            ctx.state.users -= 1
            if (ctx.state.users <= 0) ctx.state.loaded = false
          },
          look(ctx) {
            const { state } = ctx
            for (const [who, at] of state.heard) {
              if (sim.now - at < 6000) continue
              state.heard.delete(who)
              state.users -= 1
              if (state.users <= 0) state.loaded = false
            }
          },
        },
      }),
      { name: 'registry' },
    )
    const using = new Set<string>()
    const user = (name: string) =>
      system.spawn(
        defineActor({
          name,
          on: {
            async work(ctx, forMs: number) {
              await ctx.ask(registry, 'acquire', name, { timeout: '1m' })
              using.add(name)
              for (let spent = 0; spent < forMs; spent += 2000) {
                await sim.sleep('2s')
                ctx.tell(registry, 'renew', name)
              }
              using.delete(name)
              ctx.tell(registry, 'release', name)
            },
          },
        }),
        { name },
      )
    sim.invariant('a model in use is loaded', ({ state }) => {
      const now = state<{ loaded: boolean; heard: Map<string, number> }>(registry)
      return now === undefined || now.loaded || ![...using].some((who) => now.heard.has(who))
    })
    const users = ['ann', 'bob', 'cid'].map(user)
    for (const i of sim.times(9)) {
      users[i % 3]?.tell('work', 6000)
      await sim.sleep('5s')
    }
    await sim.sleep('30s')
  },
}

const refreshesTwice: Planted = {
  bug: 'two calls that find the access token expired refresh it with the same refresh token: the second use of it ends the session',
  invariant: 'nobody is logged out',
  within: 300,
  faults: { lateAck: { rate: 0.0002, range: ['200ms', '5s'] } },
  minimalFaults: 1,
  minimalMessages: 15,
  async scenario(sim, fixed) {
    const system = sim.system()
    const auth = system.spawn(
      defineActor({
        name: 'auth',
        state: () => ({ access: 1, expires: 10_000, refresh: 1, revoked: false }),
        on: {
          check: ({ state }, access: number) => access === state.access && sim.now < state.expires,
          refresh(ctx, token: number) {
            const { state } = ctx
            // A refresh token that is used again has been stolen.
            if (token !== state.refresh) state.revoked = true
            if (state.revoked) return undefined
            state.access += 1
            state.refresh += 1
            state.expires = sim.now + 10_000
            return { access: state.access, refresh: state.refresh }
          },
        },
      }),
      { name: 'auth' },
    )
    let credentials = { access: 1, refresh: 1 }
    let refreshing: Promise<void> | undefined
    const refresh = async (): Promise<void> => {
      const fresh = await auth.ask('refresh', credentials.refresh, { timeout: '1m' })
      if (fresh === undefined) return sim.unreachable('nobody is logged out')
      credentials = fresh
    }
    const call = async (): Promise<void> => {
      const { access } = credentials
      if (await auth.ask('check', access, { timeout: '1m' })) return
      if (!fixed) return refresh()
      if (access !== credentials.access) return
      refreshing ??= refresh().finally(() => {
        refreshing = undefined
      })
      await refreshing
    }
    const calls: Promise<void>[] = []
    for (const _ of sim.times(30)) {
      calls.push(call())
      await sim.sleep('2s')
    }
    await Promise.all(calls)
  },
}

export const rareLocks: Readonly<Record<string, Planted>> = {
  freesForOthers,
  headComesBack,
  countedDownTwice,
  refreshesTwice,
}
