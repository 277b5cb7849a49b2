/**
 * Names of the nodes that hold a parcel, once per parcel. Usually it is one: that has a field, and only others make a list. Every
 * run has one of these, so it costs no list.
 */
export class Holding {
  #first: string | undefined = undefined
  /** After the first. */
  #others: string[] | undefined = undefined

  get size(): number {
    return this.#first === undefined ? 0 : 1 + (this.#others?.length ?? 0)
  }

  has(name: string): boolean {
    return this.#first === name || this.#others?.includes(name) === true
  }

  /** Each name once, in order of arrival. */
  keys(): Iterable<string> {
    return new Set(this.#first === undefined ? [] : [this.#first, ...(this.#others ?? [])])
  }

  add(name: string): void {
    if (this.#first === undefined) this.#first = name
    else if (this.#others === undefined) this.#others = [name]
    else this.#others.push(name)
  }

  remove(name: string): void {
    const others = this.#others
    if (this.#first === name) {
      this.#first = others?.shift()
      return
    }
    const at = others?.indexOf(name) ?? -1
    if (at >= 0) others?.splice(at, 1)
  }
}
