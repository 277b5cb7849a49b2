import type { Passage } from '../../knowledge/text/passages.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { terms } from '../../knowledge/text/words.ts'
import type { Question } from '../reading/question.ts'

/**
 * The only item of a list, or line of it, that has all words of the question that any of them has: "Speed for steel: 35 metres a
 * minute", of a list of settings. `undefined` if several things are asked for.
 */
export function onlyItem(
  { terms: asked, list }: Pick<Question, 'terms' | 'list'>,
  { text, statements }: Passage,
  whole: Statement,
): number | undefined {
  if (list || whole.kind !== 'list') return undefined
  const items = statements.flatMap((one, i) => {
    if (one.kind === 'list' || one.start < whole.start || one.end > whole.end) return []
    const own = new Set([...terms(text.slice(one.start, one.end)), ...terms(one.under)])
    return [{ i, has: asked.filter(({ term }) => own.has(term)).map(({ term }) => term) }]
  })
  const all = new Set(items.flatMap(({ has }) => has))
  const full = items.filter(({ has }) => has.length === all.size)
  return items.length > 1 && full.length === 1 ? full[0]?.i : undefined
}
