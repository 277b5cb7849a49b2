import type { LogPut } from '../../ports/log.ts'
import type { Outgoing } from './durable-context.ts'
import type { KnownKeys } from './known-keys.ts'

/** What the commit of a handler adds to the keys that another actor knows. */
interface AddedKeys {
  readonly keys: KnownKeys
  readonly added: readonly LogPut[]
}

/**
 * The messages of a handler for actors in this journal, and the others. Of those with an idempotency key only new ones are left; `put`
 * gets their keys.
 */
export function sorted(
  outgoing: readonly Outgoing[],
  put: LogPut[],
  keysOf: (path: string) => KnownKeys | undefined,
): { readonly inside: Outgoing[]; readonly outside: Outgoing[]; readonly keyed: readonly AddedKeys[] } {
  const outside = outgoing.filter(({ bytes }) => bytes === undefined)
  const seen = new Set<string>()
  const keyed: AddedKeys[] = []
  const inside = outgoing.filter(({ to, envelope, bytes }) => {
    if (bytes === undefined) return false
    const key = envelope.extra?.idempotencyKey
    if (key === undefined) return true
    const name = `${to.path} ${key}`
    if (seen.has(name)) return false
    seen.add(name)
    const keys = keysOf(to.path)
    if (keys === undefined) return true
    const added = keys.ifNew(key)
    if (added === undefined) return false
    put.push(...added)
    keyed.push({ keys, added })
    return true
  })
  return { inside, outside, keyed }
}
