/** What stands around a number of a page. */
const GAP = '[\\s\\-–—|.·•()\\[\\]~_:]{0,4}'
/** "Page 1 of 3", and what is left of it where a program has kept no numbers. */
const PAGE = new RegExp(
  `^${GAP}(?:page|seite)${GAP}(?:\\d{1,5}${GAP})?(?:(?:of|von|/)${GAP}(?:\\d{1,5}${GAP})?)?$`,
  'iu',
)
/** "1", "- 1 -", "1 / 3", "p. 1", "1 of 3". Longer numbers, and those in other signs, say something. */
const NUMBER = new RegExp(
  `^${GAP}(?:[ps](?:\\. ?| ))?\\d{1,4}(?: ?(?:of|von) ?\\d{1,4}| ?[/|] ?\\d{1,3})?${GAP}$`,
  'iu',
)

/** Whether a text above or below the pages does no more than number them, or has no words at all. */
export function isPageNumber(text: string): boolean {
  return !/[\p{L}\p{N}]/u.test(text) || PAGE.test(text) || NUMBER.test(text)
}
