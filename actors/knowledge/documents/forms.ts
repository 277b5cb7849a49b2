import type { Passage } from '../text/passages.ts'

/** Fewer files have no form in common. */
const FILES_LEAST = 3

/**
 * Marks the headings that most files of a folder have, such as "Background" in a folder of country profiles: a part of their form,
 * which answers nothing. A heading with a figure is none: most packages of a release have a section "2.3.0".
 */
export function withForms(passages: readonly Passage[]): readonly Passage[] {
  const files = new Set(passages.map(({ file }) => file)).size
  if (files < FILES_LEAST) return passages
  const having = new Map<string, Set<string>>()
  for (const { file, trail } of passages)
    for (const heading of trail) having.set(heading, (having.get(heading) ?? new Set()).add(file))
  const forms = [...having].flatMap(([heading, { size }]) =>
    size >= FILES_LEAST && 2 * size > files && !/\p{N}/u.test(heading) ? [heading] : [],
  )
  if (forms.length === 0) return passages
  const known = new Set(forms)
  return passages.map((passage) => {
    const form = passage.trail.filter((heading) => known.has(heading))
    return form.length === 0 ? passage : { ...passage, form }
  })
}
