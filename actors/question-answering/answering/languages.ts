import { STOP_WORDS } from '../../knowledge/text/stop-words.ts'
import { words } from '../../knowledge/text/words.ts'
import type { Found } from '../reading/candidate.ts'
import { CELLS, fieldIn } from '../reading/cells.ts'
import type { Question } from '../reading/question.ts'
import { passagesIn, rankedFirst, textOf } from './ballots.ts'
import type { Ballot, Ranked } from './vote.ts'

/** Fewer words don't tell their language. */
const WORDS_LEAST = 4
/** Of English words at least as many, and of words of other languages at most as many, say nothing alone. */
const ENGLISH_LEAST = 0.25
const OTHER_MOST = 0.15
/** What is further behind the winner, in log-odds, answers something else. */
const APART = 4

/** The statements by rank; asked in English, of two fields with the same key the English one goes before the one in another language. */
export function byLanguage(
  { text: question }: Pick<Question, 'text'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const passageOf = passagesIn(found)
  const winner = ranked.ballots[0]
  if (winner === undefined || !isEnglish(question)) return ranked
  const fieldOf = (one: Ballot) => {
    const isField = passageOf(one).statements[one.statement]?.kind === 'field'
    const field = isField ? fieldIn(textOf(passageOf(one), one)) : undefined
    // Texts of an interface are translated key by key: "session.expired: Vous êtes …" and "session.expired: You were …".
    return { key: [...(field?.path ?? []), field?.key ?? ''].join(CELLS), value: field?.value ?? '' }
  }
  const own = fieldOf(winner)
  if (own.key === '' || !isForeign(own.value)) return ranked
  const better = ranked.ballots.find((one) => {
    if (winner.score - one.score > APART) return false
    const { key, value } = fieldOf(one)
    return key === own.key && isEnglish(value)
  })
  return better === undefined ? ranked : rankedFirst(ranked, better)
}

function isEnglish(text: string): boolean {
  return (shareOf(text) ?? 0) >= ENGLISH_LEAST
}

function isForeign(text: string): boolean {
  return (shareOf(text) ?? 1) <= OTHER_MOST && OTHERS.test(text)
}

/** Articles, pronouns and the like of German, French, Spanish, Portuguese, Italian and Dutch that are no English words. */
const OTHERS =
  /(?<!\p{L})(?:der|das|und|ist|nicht|sie|ein|eine|bitte|mit|auf|für|les?|des|est|vous|votre|une|pour|dans|el|los|las|una|por|su|sus|para|não|você|uma|seu|sua|il|che|per|della|tuo|suo|questo|het|een|niet|uw|voor|van|je)(?!\p{L})/iu

/** The share of English words without a meaning of their own. */
function shareOf(text: string): number | undefined {
  const all = words(text).filter(({ form }) => !/\p{N}/u.test(form))
  if (all.length < WORDS_LEAST) return undefined
  return all.filter(({ form }) => STOP_WORDS.has(form)).length / all.length
}
