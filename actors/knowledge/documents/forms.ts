import type { Pauses } from '../../../src/kernel/pauses.ts'
import type { Passage } from '../text/passages.ts'

/** Fewer files have no form in common. */
const FILES_LEAST = 3

/**
 * Marks the headings that most files of a folder have, such as "Background" in a folder of country profiles: a part of their form,
 * which answers nothing. A heading with a figure is none: most packages of a release have a section "2.3.0".
 */
export async function withForms(passages: readonly Passage[], pauses: Pauses): Promise<readonly Passage[]> {
  const files = new Set<string>()
  const having = new Map<string, Set<string>>()
  for (const { file, trail } of passages) {
    if (pauses.due) await pauses.take()
    files.add(file)
    for (const heading of trail) having.set(heading, (having.get(heading) ?? new Set()).add(file))
  }
  const known = new Set<string>()
  for (const [heading, { size }] of files.size < FILES_LEAST ? [] : having) {
    if (pauses.due) await pauses.take()
    if (size >= FILES_LEAST && 2 * size > files.size && !/\p{N}/u.test(heading)) known.add(heading)
  }
  if (known.size === 0) return passages
  const found: Passage[] = []
  for (const passage of passages) {
    if (pauses.due) await pauses.take()
    const form = passage.trail.filter((heading) => known.has(heading))
    found.push(form.length === 0 ? passage : { ...passage, form })
  }
  return found
}
