import type { View } from './headline.ts'
import { type Lexicon, polarityOf, squash } from './lexicon.ts'

/** Words that turn what follows into its opposite. */
const NEGATION =
  /^(?:not|no|never|nor|neither|without|cannot|can['’]?t|won['’]?t|don['’]?t|doesn['’]?t|didn['’]?t|isn['’]?t|aren['’]?t|wasn['’]?t|fails?|failed|unlikely|denies|denied|avoids?|lacks?|rules|shrugs?|defies|defy)$/u
/** Words that make less of what follows: 'loss narrows', 'cuts debt', 'losses ease'. */
const REDUCTION =
  /^(?:narrow(?:s|ed)?|cuts?|eas(?:e|es|ed|ing)|trim(?:s|med)?|reduc(?:e|es|ed|ing)|curbs?|pares?|recover(?:s|ed|ing)?|snaps?|halves|halved|lower|lowers|shrinks?)$/u
/** What it is good to have less of. */
const BURDEN =
  /^(?:loss(?:es)?|debts?|risks?|npas?|deficit|costs?|defaults?|fears?|worr(?:y|ies)|pressure|tax(?:es)?)$/u
/** After these, the second half is what the headline is about; before 'despite', the first. */
const TURN = /^(?:but|yet|however|though|although|whereas|while)$/u
const CONCESSION = /^(?:despite|amid|notwithstanding)$/u

/** How far a negation reaches. */
const REACH = 3

/**
 * What the headline says after its negations and contrasts have been applied: the polarity of the entity's clause, of the half of
 * a contrast that the entity is in, of the other half, and of the words right after it.
 */
export function contrastFeatures(view: View, lexicon: Lexicon): number[] {
  const polarities = turned(view.words, lexicon)
  const turn = view.words.findIndex((word) => TURN.test(word))
  const conceded = view.words.findIndex((word) => CONCESSION.test(word))
  let [clause, own, other, after] = [0, 0, 0, 0]
  polarities.forEach((polarity, k) => {
    if (polarity === 0) return
    if (k >= view.clause[0] && k <= view.clause[1]) clause += polarity
    if (k > view.at && k <= view.at + 4) after += polarity
    const sameHalf = turn < 0 || k > turn === view.at > turn
    const meant = conceded >= 0 && k > conceded ? -0.3 * polarity : polarity
    if (sameHalf) own += meant
    else other += meant
  })
  const [said, near] = [squash(own), squash(after)]
  return [squash(clause), said, Math.abs(said), squash(other), near, Math.abs(near), turn >= 0 ? 1 : 0]
}

/** The polarity of each word where it stands. */
function turned(words: readonly string[], lexicon: Lexicon): number[] {
  return words.map((word, k) => {
    const before = words.slice(Math.max(0, k - REACH), k)
    const near = words.slice(Math.max(0, k - REACH), k + REACH + 1)
    const polarity = polarityOf(word, lexicon)
    if (REDUCTION.test(word) && near.some((one) => BURDEN.test(one))) return Math.abs(polarity) || 0.5
    if (BURDEN.test(word) && near.some((one) => REDUCTION.test(one))) return Math.abs(polarity)
    return before.some((one) => NEGATION.test(one)) ? -polarity : polarity
  })
}
