/** Names of the nodes that hold a parcel, once per parcel: usually one or a few, so a list instead of a map. */
export class Holding {
  readonly #names: string[] = []

  get size(): number {
    return this.#names.length
  }

  has(name: string): boolean {
    return this.#names.includes(name)
  }

  /** Each name once, in order of arrival. */
  keys(): Iterable<string> {
    return new Set(this.#names)
  }

  add(name: string): void {
    this.#names.push(name)
  }

  remove(name: string): void {
    const names = this.#names
    let at = names.indexOf(name)
    if (at === -1) return
    // By hand, because `splice` makes an array of the removed items.
    for (; at < names.length - 1; at++) names[at] = names[at + 1] as string
    names.pop()
  }
}
