import type { Pauses } from '../../../src/kernel/pauses.ts'
import type { Passage, Place } from '../text/passages.ts'
import { withForms } from './forms.ts'

/** Shorter text needs the title of its document to make sense. */
const TELLING_CHARS = 80
/** End matter in this many files belongs to the site, not to a document. */
const REPEATED_FILES = 3

/**
 * Merges equal text in several places into one passage with several places, drops end matter that many files repeat, and marks the
 * headings of their form.
 */
export async function evidence(passages: readonly Passage[], pauses: Pauses): Promise<Passage[]> {
  const footers = new Map<string, Set<string>>()
  for (const { text, file, footer } of passages) {
    if (pauses.due) await pauses.take()
    if (footer !== true) continue
    const files = footers.get(text) ?? new Set()
    footers.set(text, files.add(file))
  }
  const found = new Map<string, Passage[]>()
  for (const passage of await withForms(passages, pauses)) {
    if (pauses.due) await pauses.take()
    if (passage.footer === true && (footers.get(passage.text)?.size ?? 0) >= REPEATED_FILES) continue
    const key = keyOf(passage)
    const same = found.get(key)
    if (same === undefined) found.set(key, [passage])
    else same.push(passage)
  }
  const merged: Passage[] = []
  for (const same of found.values()) {
    const [first, ...others] = same
    const also: Place[] = []
    for (const other of others) {
      if (pauses.due) await pauses.take()
      also.push(placeOf(other))
    }
    if (pauses.due) await pauses.take()
    const passage = first as Passage
    merged.push(also.length === 0 ? passage : { ...passage, also })
  }
  return merged
}

function keyOf({ text, title, trail, lead, footer }: Passage): string {
  const alone = text.length >= TELLING_CHARS || footer === true
  return JSON.stringify(alone ? [text, trail, lead] : [text, trail, lead, title])
}

function placeOf({ file, line, page }: Passage): Place {
  return { file, line, ...(page === undefined ? {} : { page }) }
}
