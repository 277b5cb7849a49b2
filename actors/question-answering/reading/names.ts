import type { NameFinder, SpanKind, TypedSpan } from './spans.ts'

let finder: Promise<NameFinder> | undefined

/** Texts whose names are remembered: the statements of often retrieved passages. */
const REMEMBERED = 4096

/** compromise's people, places and organisations; it loads on first use (0.1–0.3 s). */
export function nameFinder(): Promise<NameFinder> {
  finder ??= import('compromise').then(({ default: nlp }) => {
    // Reading a statement takes compromise about a millisecond, on the event loop.
    const known = new Map<string, readonly TypedSpan[]>()
    return (text) => {
      let names = known.get(text)
      if (names !== undefined) return names
      const read = nlp(text)
      names = [
        ...spansOf('person', read.people().json({ offset: true })),
        ...spansOf('place', read.places().json({ offset: true })),
        ...spansOf('organisation', read.organizations().json({ offset: true })),
      ]
      if (known.size >= REMEMBERED) known.delete(known.keys().next().value as string)
      known.set(text, names)
      return names
    }
  })
  return finder
}

interface Match {
  readonly terms: readonly { readonly offset: { readonly start: number; readonly length: number } }[]
}

/** From the first word to the last, without the brackets and commas around them. */
function spansOf(kind: SpanKind, found: unknown): TypedSpan[] {
  return (found as readonly Match[]).flatMap(({ terms }) => {
    const first = terms[0]?.offset
    const last = terms.at(-1)?.offset
    return first === undefined || last === undefined
      ? []
      : [{ kind, start: first.start, end: last.start + last.length }]
  })
}
