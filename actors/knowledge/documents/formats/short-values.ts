import { sentences } from '../../text/sentences.ts'
import { PROSE_WORDS, type Value, words } from './values.ts'

/** Several sentences with fewer words are one answer: "The payment was declined. Try another card or call your bank." */
const MESSAGE_WORDS = 24

/** A longer list of short values is split into parts. */
export const LIST_CHARS_MAX = 300

/** The text of a value that is told in one row. Undefined for a record, a long list and a text of its own. */
export function rowText(key: string, value: Value): string | undefined {
  return shortText(value) ?? messageText(key, value)
}

/** The text of a value that fits in a row: a short string or number, or a list of these. */
function shortText(value: Value): string | undefined {
  if (value.kind === 'scalar') return words(value.text) < PROSE_WORDS ? value.text : undefined
  if (value.kind === 'record') return undefined
  const texts = value.items.map((item) => (item.kind === 'scalar' ? item.text : undefined))
  const text = texts.join(', ')
  return texts.includes(undefined) ||
    (value.items.length > 1 && words(text) > 3 * PROSE_WORDS) ||
    text.length > LIST_CHARS_MAX
    ? undefined
    : text
}

/** A message of several sentences, which belong together; those of a description or an answer don't. */
function messageText(key: string, value: Value): string | undefined {
  if (value.kind !== 'scalar' || TEXTUAL.test(key) || words(value.text) >= MESSAGE_WORDS) return undefined
  return sentences(value.text).length > 1 ? value.text : undefined
}

const TEXTUAL =
  /^(?:a|answer|text|desc(?:r|ription)?|summary|abstract|body|content|notes?|comments?|remarks?|about|bio|details?|info|reply|response|review|quote|story|instructions?|steps?)$/iu
