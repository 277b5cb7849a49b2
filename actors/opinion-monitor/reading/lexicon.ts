import { OTHER, TARGET, type View } from './headline.ts'

/** How good (above 0) or bad a word is for what it is said about. */
export type Lexicon = ReadonlyMap<string, number>

/**
 * What the words say by themselves: the polarity of the entity's clause, of the rest of the headline, of the nearest word that has
 * one, and how much is said at all. Word order, negation and contrast are not looked at.
 */
export function lexiconFeatures(view: View, lexicon: Lexicon): number[] {
  let [clause, rest, said, nearest] = [0, 0, 0, 0]
  let distance = Number.POSITIVE_INFINITY
  view.words.forEach((word, k) => {
    const polarity = polarityOf(word, lexicon)
    if (polarity === 0) return
    said += Math.abs(polarity)
    if (k >= view.clause[0] && k <= view.clause[1]) clause += polarity
    else rest += polarity
    if (Math.abs(k - view.at) < distance) {
      distance = Math.abs(k - view.at)
      nearest = polarity
    }
  })
  const [own, near] = [squash(clause), squash(nearest)]
  return [own, Math.abs(own), squash(rest), near, Math.abs(near), squash(said)]
}

export function polarityOf(word: string, lexicon: Lexicon): number {
  return word === TARGET || word === OTHER ? 0 : (lexicon.get(word) ?? 0)
}

/** Sums stay between -2 and 2, so that a long headline is not louder than a short one. */
export function squash(sum: number): number {
  return 2 * Math.tanh(sum / 2)
}
