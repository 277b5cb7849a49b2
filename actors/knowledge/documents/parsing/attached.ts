import type { Attached } from '../../text/document.ts'
import type { Passage } from '../../text/passages.ts'
import { formatOf } from '../formats/file-names.ts'

/** Nobody attaches more. */
const ATTACHED_MAX = 100
/** Further ones say nothing new. */
const REASONS_MAX = 3

/** What was read of a file: its passages and notices about it, or why there are none. */
export type Told =
  | {
      readonly passages: readonly Passage[]
      readonly asides: readonly string[]
      readonly attached?: readonly Attached[]
    }
  | { readonly reason: string }

/** The passages of what is attached to a mail, and to what it brings, and what of it is not read. A file in no known format is not looked at. */
export async function readAttached(
  all: readonly Attached[],
  read: (attached: Attached, name: string) => Promise<Told>,
): Promise<Exclude<Told, { reason: string }>> {
  const known = all.map(named).filter(isKnown)
  const found: Passage[] = []
  const asides: string[] = []
  const reasons: string[] = []
  for (let i = 0; i < Math.min(known.length, ATTACHED_MAX); i += 1) {
    const one = known[i] as Attached
    const name = one.trail.at(-1) ?? ''
    const told = await read(one, name)
    if ('reason' in told) reasons.push(`its attachment ${name} ${told.reason}`)
    else {
      for (const passage of told.passages) found.push(passage)
      for (const aside of told.asides) reasons.push(`its attachment ${name}: ${aside}`)
      // A mailbox has attachments too.
      for (const inner of (told.attached ?? []).map(named).filter(isKnown))
        known.push({ ...inner, trail: [...one.trail, ...inner.trail] })
    }
  }
  if (known.length > ATTACHED_MAX)
    asides.push(`only the first ${ATTACHED_MAX} of its ${known.length} attachments are read`)
  const more = reasons.length - REASONS_MAX
  asides.push(...reasons.slice(0, REASONS_MAX), ...(more > 0 ? [`${more} more of its attachments`] : []))
  return { passages: found, asides }
}

/** "Offer No. 12.txt": by its type, if its own name is of no known format. */
function named(one: Attached): Attached {
  return isKnown(one) || one.ending === undefined
    ? one
    : { ...one, trail: [...one.trail.slice(0, -1), `${one.trail.at(-1)}${one.ending}`] }
}

function isKnown({ trail }: Attached): boolean {
  return formatOf(trail.at(-1) ?? '') !== undefined
}
