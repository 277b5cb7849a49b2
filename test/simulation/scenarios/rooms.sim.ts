import { defineActor } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const CAPACITY = 10
const BYTES = 100

interface Item {
  readonly id: number
  readonly priority: number
  readonly bytes: number
}

/** A mailbox as a list: what a full one does, and who is next. */
class Waiting {
  #items: Item[] = []
  readonly shed: Item[] = []
  readonly #overflow: 'reject' | 'drop-oldest' | 'drop-newest'

  constructor(overflow: 'reject' | 'drop-oldest' | 'drop-newest') {
    this.#overflow = overflow
  }

  get count(): number {
    return this.#items.length
  }

  get bytes(): number {
    return this.#items.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  #isFull({ bytes }: Item): boolean {
    return this.count >= CAPACITY || (this.bytes + bytes > BYTES && this.count > 0)
  }

  /** False: it is refused. */
  take(item: Item): boolean {
    if (this.#overflow === 'reject' && this.#isFull(item)) return false
    while (this.#overflow === 'drop-oldest' && this.#isFull(item)) {
      const least = Math.min(...this.#items.map(({ priority }) => priority))
      this.#remove(this.#items.find(({ priority }) => priority === least) as Item)
    }
    if (this.#isFull(item)) this.shed.push(item)
    else this.#items.push(item)
    return true
  }

  next(): Item | undefined {
    const most = Math.max(...this.#items.map(({ priority }) => priority))
    const next = this.#items.find(({ priority }) => priority === most)
    this.#items = this.#items.filter((item) => item !== next)
    return next
  }

  #remove(item: Item): void {
    this.#items = this.#items.filter((one) => one !== item)
    this.shed.push(item)
  }
}

/** A bounded mailbox of every kind against a list: who is taken, refused, shed and next, by priority and by bytes. */
export default scenario(import.meta.url, {}, async (sim) => {
  const overflow = sim.pick(['reject', 'drop-oldest', 'drop-newest'] as const)
  const waiting = new Waiting(overflow)
  const Actor = defineActor({
    name: 'actor',
    mailbox: { capacity: CAPACITY, bytes: BYTES, overflow, sizeOf: (item) => (item as Item).bytes },
    on: {
      async item(_ctx, item: Item) {
        const next = waiting.next()
        if (next?.id !== item.id) sim.unreachable(`${next?.id} is next, and not ${item.id}`)
        await sim.sleep(sim.random.integer(6))
      },
    },
  })
  const system = sim.system()
  const ref = system.spawn(Actor, { name: 'actor' })
  for (const id of sim.times(60)) {
    const item = { id, priority: sim.random.integer(3) - 1, bytes: 1 + sim.random.integer(30) }
    // One that is larger than the room fits where nothing waits.
    const sent = sim.random.integer(20) === 0 ? { ...item, bytes: BYTES + 1 } : item
    const takes = waiting.take(sent)
    let taken = true
    try {
      ref.tell('item', sent, { priority: sent.priority })
    } catch {
      taken = false
    }
    if (taken !== takes) sim.unreachable(`${sent.bytes} bytes ${takes ? 'have room' : 'have no room'}`)
    if (!taken) sim.reachable('refused')
    if (sim.random.integer(3) === 0) await sim.sleep(sim.random.integer(12))
  }
  await sim.settle()
  const shed = system.deadLetters.list({ reason: 'shed' }).map(({ body }) => (body as Item).id)
  if (shed.length > 0) sim.reachable('shed')
  const expected = waiting.shed.map(({ id }) => id)
  if (shed.join() !== expected.join()) sim.unreachable(`shed ${shed.join()} in place of ${expected.join()}`)
  sim.expect.quiescent()
  sim.expect.conserved()
})
