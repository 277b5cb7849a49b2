import { z } from 'zod'

/** The columns that a schema reads, in its order; none where it does not say. */
export function columnsOf(schema: unknown): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape)
  return schema instanceof z.ZodPipe ? columnsOf(schema.def.in) : []
}

/**
 * A row with the names that its schema knows: people write `Text` and ` INTENT ` for `text` and `intent`. A column that has the very
 * name comes before one that is only alike.
 */
export function named(row: unknown, columns: readonly string[]): unknown {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return row
  const alike = Object.keys(row).filter((name) => !columns.includes(name))
  if (alike.length === 0) return row
  const own = { ...row } as Record<string, unknown>
  for (const name of alike) {
    const known = columns.find((column) => folded(column) === folded(name))
    if (known === undefined || Object.hasOwn(own, known)) continue
    own[known] = own[name]
    delete own[name]
  }
  return own
}

function folded(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase()
}
