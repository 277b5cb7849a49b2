import { words } from './words.ts'

/** Fewer words tell no two sentences about the same from two things to do. */
const WORDS_LEAST = 4

/** What is told, not what is to be done: "Send the invoice to Ana." may be done where "Send the invoice to Ben." is not. */
const TELLS =
  /(?<!\p{L})(?:is|are|was|were|has|have|had|will|can|may|must|costs?|takes?|opens?|closes?|starts?|begins?|ends?|lasts?|meets?|ist|sind|war|waren|hat|haben|wird|werden|kann|kostet|kosten|beginnt|endet|dauert)(?!\p{L})/iu

/** "The office is in Rome.", struck out, beside "The office is in Paris.": whether one sentence says the same of something else. */
export function saysInstead(struck: string, other: string): boolean {
  const sentence = /^[^.!?]*/u.exec(other.trim())?.[0] ?? ''
  if (
    !TELLS.test(struck) ||
    !/[.!]\s*$/u.test(struck) ||
    !/[.!]/u.test(other.charAt(other.length - other.trimStart().length + sentence.length))
  )
    return false
  const own = words(struck).map(({ form }) => form)
  const known = new Set(words(sentence).map(({ form }) => form))
  const shared = own.filter((form) => known.has(form)).length
  return own.length >= WORDS_LEAST && known.size >= WORDS_LEAST && 2 * shared >= own.length
}

/** What people write beside the name of what has changed. */
const CHANGED =
  /^(?:changed|corrected|moved|new|now|revised|updated|geändert(?:e[rs]?)?|jetzt|korrigiert|neu(?:e[rs]?)?|verlegt|modifié|nouveau|nouvelle|cambiad[ao]|nuev[ao]|cambiat[ao]|nuov[ao])[!.]?$/iu

/** "Location (changed!): Town Library", "New location: Town Library", beside "Location: Café Rook", which is struck out. */
export function isChanged(name: string, other: string): boolean {
  const [, own = ''] = /^\s*([^:]{1,90}):\s*\S/u.exec(other.slice(0, NAME_CHARS_READ)) ?? []
  const told = own.trim().split(/\s+/u)
  const first = told[0] ?? ''
  const last = /^\((.*)\)$/u.exec(told.at(-1) ?? '')?.[1] ?? ''
  const rest = CHANGED.test(last) ? told.slice(0, -1) : CHANGED.test(first) ? told.slice(1) : []
  return rest.join(' ').toLowerCase() === name.toLowerCase()
}

const NAME_CHARS_READ = 120
