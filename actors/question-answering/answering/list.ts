import type { Passage } from '../../knowledge/text/passages.ts'
import type { Stretch } from '../../knowledge/text/sentences.ts'
import type { Question } from '../reading/question.ts'

/** A list longer than this is no answer to read at a glance: the winning item stands alone then. */
const LIST_CHARS_MAX = 800

/** Offsets in the passage's text: of the lead line with all items, and of the items alone. */
export interface ListStretch {
  readonly whole: Stretch
  readonly items: Stretch
}

/**
 * The list that answers a question for several things: when the vote's winner is one of its items, or (for any
 * question) the lead line that announces it ("The kit holds:"). `undefined` where the winner answers by itself.
 */
export function listAround(
  question: Question,
  passage: Pick<Passage, 'text' | 'statements'>,
  winner: number,
): ListStretch | undefined {
  const { text, statements } = passage
  const isItem = (i: number) => statements[i]?.kind === 'item'
  const isLead = (i: number) => {
    const one = statements[i]
    return one !== undefined && /[:：]\**$/u.test(text.slice(one.start, one.end)) && isItem(i + 1)
  }
  const led = isLead(winner) && !isItem(winner)
  if (!led && !(question.list && isItem(winner))) return undefined
  let first = led ? winner + 1 : winner
  let last = first
  while (isItem(first - 1)) first -= 1
  while (isItem(last + 1)) last += 1
  const lead = isLead(first - 1) ? first - 1 : first
  const start = statements[lead]?.start ?? 0
  const items = statements[first]?.start ?? 0
  const end = statements[last]?.end ?? 0
  if (last === first || end - start > LIST_CHARS_MAX) return undefined
  return { whole: { start, end }, items: { start: items, end } }
}
