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
