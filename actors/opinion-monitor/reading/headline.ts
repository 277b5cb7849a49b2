/** Where a headline names an entity: from its first character to behind its last. */
export interface Mention {
  readonly entity: string
  readonly start: number
  readonly end: number
}

/** A headline as the readers of one entity see it: the words, with the entity and the others replaced. */
export interface View {
  readonly words: readonly string[]
  /** Where the entity stands in `words`. */
  readonly at: number
  /** The clause around it, by the marks and words that begin another one: first and last place. */
  readonly clause: readonly [number, number]
  /** The smaller part around it, by prepositions too. */
  readonly part: readonly [number, number]
  /** How many other entities the headline names. */
  readonly others: number
}

/** Stands for the entity that a reader looks at, and for the other ones. No headline holds these characters. */
export const TARGET = '‹it›'
export const OTHER = '‹other›'
const NUMBER = '0'

const TOKEN = /\p{L}+(?:['’]\p{L}+)*|\p{N}+(?:[.,]\p{N}+)*|[%:;,?!&-]/gu
const CLAUSE = /^(?:[,:;?-]|but|while|as|despite|even|though|although|yet|however|whereas)$/u
const PART =
  /^(?:[,:;?-]|but|while|as|despite|even|though|although|yet|however|whereas|after|on|amid|and|vs|over|post|before|with)$/u

/** The places of the entities that a headline is known to name; longer names first, so that 'Tata Steel' is not 'Tata'. */
export function mentionsOf(title: string, entities: readonly string[]): Mention[] {
  const text = title.toLowerCase()
  const taken: Mention[] = []
  for (const entity of entities.toSorted((a, b) => b.length - a.length)) {
    const places = placesOf(text, entity.toLowerCase())
    const free = places.filter(([start, end]) => taken.every((one) => end <= one.start || start >= one.end))
    for (const [start, end] of free.length > 0 ? free : places.slice(0, 1)) taken.push({ entity, start, end })
  }
  return taken.toSorted((a, b) => a.start - b.start)
}

/** The headline as seen from one of its entities. A headline that does not name it is seen from its beginning. */
export function viewOf(title: string, entity: string, mentions: readonly Mention[]): View {
  const words: string[] = []
  let at = -1
  let from = 0
  for (const mention of mentions) {
    if (mention.start < from) continue
    for (const token of tokensOf(title.slice(from, mention.start))) words.push(token)
    if (mention.entity === entity && at < 0) at = words.length
    words.push(mention.entity === entity ? TARGET : OTHER)
    from = mention.end
  }
  for (const token of tokensOf(title.slice(from))) words.push(token)
  if (at < 0) {
    words.unshift(TARGET)
    at = 0
  }
  return {
    words,
    at,
    clause: around(words, at, CLAUSE),
    part: around(words, at, PART),
    others: new Set(mentions.map((one) => one.entity)).size - 1,
  }
}

/** The headline with one entity replaced by 'the company': what the encoder reads. */
export function masked(title: string, entity: string, mentions: readonly Mention[]): string {
  const mention = mentions.find((one) => one.entity === entity)
  if (mention === undefined) return title
  return `${title.slice(0, mention.start)}the company${title.slice(mention.end)}`
}

/** The words and marks of a text, in lower case; every number is one word, and a possessive loses its ending. */
export function tokensOf(text: string): string[] {
  return (text.toLowerCase().match(TOKEN) ?? []).map((token) =>
    /^\p{N}/u.test(token) ? NUMBER : token.replace(/['’]s$/u, ''),
  )
}

function placesOf(text: string, name: string): [number, number][] {
  const places: [number, number][] = []
  for (let at = text.indexOf(name); at >= 0 && name !== ''; at = text.indexOf(name, at + name.length))
    if (!/\p{L}/u.test(text[at - 1] ?? '') || places.length === 0) places.push([at, at + name.length])
  return places
}

function around(words: readonly string[], at: number, ends: RegExp): [number, number] {
  let first = at
  while (first > 0 && !ends.test(words[first - 1] as string)) first -= 1
  let last = at
  while (last < words.length - 1 && !ends.test(words[last + 1] as string)) last += 1
  return [first, last]
}
