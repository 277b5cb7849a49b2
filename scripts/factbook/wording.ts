import type { Place } from './place.ts'

/** Ends a statement with one full stop. */
export const close = (statement: string): string => {
  const trimmed = statement.trim().replace(/[;,:]+$/, '')
  return /[.!?]$/.test(trimmed) || /[.!?]["']$|^\(.*\.\)$/.test(trimmed) ? trimmed : `${trimmed}.`
}

export const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** `Label of the place: value.` The form for values that are lists or fragments rather than a phrase. */
export const labelled = (label: string, place: Place, value: string): string =>
  close(`${label}${/ (in|on)$/.test(label) ? '' : ' of'} ${place.name}: ${value}`)

const NOTE = /[;,]? ?\bnote(?: \d+)? ?[-:] /

/** Sets the source's trailing "; note - ..." apart as its own sentence. */
export const apartNote = (value: string): { main: string; note: string | undefined } => {
  const match = NOTE.exec(value)
  if (!match || match.index === 0) return { main: value, note: undefined }
  const depth = [...value.slice(0, match.index)].reduce((n, c) => n + (c === '(' ? 1 : c === ')' ? -1 : 0), 0)
  if (depth !== 0) return { main: value, note: undefined }
  return { main: value.slice(0, match.index), note: value.slice(match.index + match[0].length) }
}

/** A name as a sentence uses it: "the Republic of Chile", but "Japan". */
export const withArticle = (name: string): string =>
  /\b(Republic|Kingdom|States?|Federation|Confederation|Union|Commonwealth|Principality|Sultanate|Emirates|Duchy|Territory|Collectivity|Lands|Bailiwick|Region|Islands|Ocean|Sea|River|Gulf|Channel|Strait|Bay)\b/.test(
    name,
  ) && !/^the /i.test(name)
    ? `the ${name}`
    : name

/** Words with a full stop that do not end a sentence. */
const ABBREVIATION =
  /(?:\b(?:Gen|Lt|Col|Capt|Dr|Mr|Mrs|Ms|St|Mt|Sgt|Adm|Maj|Brig|Cdr|Prof|Jr|Sr|Rev|Hon|No|Nos|ca|cf|vs|est|approx|incl|Ret|sq|Ft|U\.S|i\.e|e\.g)|(?<!\bWar )\b(?<!\.)\p{Lu})\.$/u

/** Sentences of a paragraph, in order; their joined text is the paragraph. */
export const sentences = (paragraph: string): string[] => {
  const parts = paragraph.split(/(?<=[.!?]["')]{0,2})\s+(?=["'(]?[\p{Lu}\d])/u)
  const result: string[] = []
  for (const part of parts) {
    const last = result.at(-1)
    const era = last !== undefined && /\bA\.D\.$/.test(last) && /^\d/.test(part)
    if (last !== undefined && (era || ABBREVIATION.test(last))) result[result.length - 1] = `${last} ${part}`
    else result.push(part)
  }
  return result
}

/** A list as English writes it: "a, b and c". */
export const enumerate = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`

/** Splits at commas or semicolons that are not inside parentheses. */
export const splitOutside = (value: string, separator: ',' | ';'): string[] => {
  const items: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i < value.length; i++) {
    const char = value.charAt(i)
    if (char === '(' || char === '[') depth++
    else if (char === ')' || char === ']') depth = Math.max(0, depth - 1)
    else if (char === separator && depth === 0) {
      // "1,234 km" has a comma that separates nothing.
      if (separator === ',' && /^\d{3}(?!\d)/.test(value.slice(i + 1))) continue
      items.push(value.slice(start, i).trim())
      start = i + 1
    }
  }
  items.push(value.slice(start).trim())
  return items.filter((item) => item !== '')
}
