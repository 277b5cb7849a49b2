/** An ask on its way: who waits for whom. */
interface OpenAsk {
  readonly from: string
  readonly to: string
  readonly type: string
  readonly reply: { readonly settled: boolean }
}

/** Asks held before those that are settled are dropped. */
const HELD_MAX = 512
/** Most that are told. */
const TOLD_MAX = 8

/** Who waits for whose answer, so that a run that does not settle can say it. */
export class OpenAsks {
  #asks: OpenAsk[] = []
  #limit = HELD_MAX

  add(ask: OpenAsk): void {
    this.#asks.push(ask)
    if (this.#asks.length < this.#limit) return
    this.#asks = this.#asks.filter(({ reply }) => !reply.settled)
    this.#limit = Math.max(HELD_MAX, 2 * this.#asks.length)
  }

  /** In words, the oldest first. */
  told(): string[] {
    const open = this.#asks.filter(({ reply }) => !reply.settled)
    const more = open.length - TOLD_MAX
    const told = open
      .slice(0, TOLD_MAX)
      .map(({ from, to, type }) => `${from} waits for ${to} to answer ${type}`)
    return [...told, ...(more > 0 ? [`${more} more wait for answers`] : [])]
  }
}
