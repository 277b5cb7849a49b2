/** The fields that have a value: an option that is undefined is left out, as if it had not been given. */
export function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: Partial<T> = {}
  for (const key in fields) if (fields[key] !== undefined) kept[key] = fields[key]
  return kept as { [K in keyof T]?: Exclude<T[K], undefined> }
}
