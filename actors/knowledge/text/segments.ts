const SEGMENTER = new Intl.Segmenter('zh', { granularity: 'word' })

/** The words of a text in a script without spaces, as a dictionary parts them. */
export function segments(text: string): string[] {
  return Array.from(SEGMENTER.segment(text))
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment)
}
