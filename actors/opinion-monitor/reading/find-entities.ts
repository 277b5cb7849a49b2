import { STOP_WORDS } from '../../knowledge/text/stop-words.ts'
import type { Lexicon } from './lexicon.ts'

/** A name, or several words that begin with a capital, with `&`, `of` and `and the like` between them. */
const RUN = /\p{Lu}[\p{L}\p{N}&.'’-]*(?:\s+(?:&\s+)?\p{Lu}[\p{L}\p{N}&.'’-]*)*/gu
const ENTITIES_MOST = 8
const NAME_MOST = 60

/**
 * The entities of a headline whose source does not name them: the known names that occur in it, and runs of capitalised words
 * elsewhere. In A Headline Where Every Word Has One Only Known Names Count.
 */
export function findEntities(title: string, known: readonly string[], lexicon: Lexicon): string[] {
  const found: string[] = known.filter((name) => holdsWord(title, name))
  if (!isTitleCase(title)) {
    for (const [run] of title.matchAll(RUN)) {
      const name = run.replace(/(?:['’]s|[.'’&-]+)$/u, '')
      if (name.length < 2 || name.length > NAME_MOST) continue
      const first = title.startsWith(run)
      if (first && isCommon(name, lexicon)) continue
      if (!found.some((one) => one.toLowerCase().includes(name.toLowerCase()))) found.push(name)
    }
  }
  return found.slice(0, ENTITIES_MOST)
}

function holdsWord(title: string, name: string): boolean {
  const at = title.toLowerCase().indexOf(name.toLowerCase())
  if (at < 0) return false
  return !/[\p{L}\p{N}]/u.test(title[at - 1] ?? '') && !/[\p{L}\p{N}]/u.test(title[at + name.length] ?? '')
}

/** A headline's first word has a capital in any case. */
function isCommon(name: string, lexicon: Lexicon): boolean {
  if (/\s/u.test(name) || /^\p{Lu}{2,}/u.test(name)) return false
  return STOP_WORDS.has(name.toLowerCase()) || lexicon.has(name.toLowerCase())
}

function isTitleCase(title: string): boolean {
  const words = title.match(/\p{L}{4,}/gu) ?? []
  return words.length > 4 && words.filter((word) => /^\p{Lu}/u.test(word)).length / words.length > 0.85
}
