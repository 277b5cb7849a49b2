const NONE: readonly never[] = []

/**
 * An empty list for an object that many are made of and that is remembered for a while. `[]` there makes a list that is old from the
 * start, with all that it will hold: V8 sees the first ones of that place outlive its collections. A copy has no such place.
 */
export function youngList<T>(): T[] {
  return NONE.slice()
}
