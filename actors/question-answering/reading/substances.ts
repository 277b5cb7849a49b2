import type { Passage } from '../../knowledge/text/passages.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { STOP_WORDS } from '../../knowledge/text/stop-words.ts'
import { contentWords, terms } from '../../knowledge/text/words.ts'

const ASKED = /\bhow much (\p{L}{3,})/iu
/** "18 g salt", "2 l of water". */
const SUBSTANCE =
  /\p{N}\s?(?:k?g|mg|m?l|[cd]l|tsp|tbsp|teaspoons?|tablespoons?|cups?|oz|ounces?|lbs?|pounds?(?= of\b)|lit(?:re|er)s?|gallons?|tonnes?|tons?)\b\s+(?:of\s+)?(\p{L}{3,})/giu

/**
 * Of each passage the statements with nothing but amounts of other things, and no other word of the question, asked how much there is of something that
 * is weighed or measured, where a statement of the same file has an amount of it.
 */
export function otherSubstances(
  question: string,
  read: readonly Pick<Passage, 'file' | 'text' | 'statements' | 'trail'>[],
): readonly (readonly Statement[])[] {
  const [, thing = ''] = ASKED.exec(question) ?? []
  const [term] = terms(thing)
  if (term === undefined || STOP_WORDS.has(thing.toLowerCase())) return read.map(() => [])
  const asked = new Set(contentWords(question).map((word) => word.term))
  asked.delete(term)
  const told = read.map(({ text, statements, trail }) =>
    statements
      .filter(({ kind }) => kind !== 'list')
      .map((statement) => {
        const own = text.slice(statement.start, statement.end)
        const things = [...own.matchAll(SUBSTANCE)].map(([, word = '']) => word.toLowerCase())
        const around = `${trail.join(' ')} ${statement.under} ${own}`
        const others = terms(things.join(' '))
        const has = terms(around).some((word) => word === term || (asked.has(word) && !others.includes(word)))
        return { statement, things, has }
      }),
  )
  const isMeasured = ({ things }: { readonly things: readonly string[] }) =>
    things.some((word) => terms(word).includes(term))
  const files = new Set(read.filter((_, i) => told[i]?.some(isMeasured)).map(({ file }) => file))
  return told.map((own, i) =>
    own
      .filter(
        ({ things, has }) =>
          files.has(read[i]?.file ?? '') &&
          !has &&
          things.length > 0 &&
          things.every((word) => !STOP_WORDS.has(word)),
      )
      .map(({ statement }) => statement),
  )
}
