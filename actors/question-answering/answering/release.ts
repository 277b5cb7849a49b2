import { BETWEEN, type Passage } from '../../knowledge/text/passages.ts'
import type { Stretch } from '../../knowledge/text/sentences.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { headingLine } from '../reading/reading-text.ts'

/** "Since which version …?", "Which release dropped …?", "Which version of the policy dropped …?"; not "Which version of Node do I need?" */
const ASKED =
  /\b(?:in|since|from|as of|with|after|until|by) (?:which|what) (?:\p{L}+ )?(?:release|version)\b|^(?:which|what) (?:\p{L}+ )?(?:release|version) (?!of\b|is\b|are\b|do(?:es)?\b|should\b|must\b|can\b)\p{L}+|^(?:which|what) (?:release|version) of (?:(?!\b(?:do|does|should|must|can|is|are|will)\b)[^?]){3,40}? (?:added|removed|dropped|introduced|changed|fixed|renamed|deprecated|replaced|brought|adds|removes|drops|introduces|fixes)\b/iu

const VERSION = /(?<![\p{L}\p{N}.])v?\d+(?:\.\d+)+(?:-[\p{L}\p{N}.]+)?/giu
/** 02.04.2024 */
const DATE = /^\d{1,2}\.\d{1,2}\.(?:\d{2}){1,2}$/u
/** "3.2 Compatibility": a number of a chapter. */
const CHAPTER = /^\d+(?:\.\d+)+\.?\s+\p{L}/u
/** "4.0 Release notes" */
const OF_RELEASE = /\b(?:release|released|version)\b/iu

/** A version directly behind the name of what has it. */
const OF_ANOTHER = /\p{Lu}[\p{L}.+#-]+ v?\d+(?:\.\d+)+/u
/** The release of a change. */
const BY = /\b(?:in|since|with|from|as of|see) v?\d+(?:\.\d+)+/iu

export function asksForRelease(question: string): boolean {
  return ASKED.test(question)
}

/** Where the question asks for a release and the statement names none, or versions of something else, that of the innermost heading above it with one, as an offset in the statement (negative). */
export function releaseAbove(
  question: string,
  passage: Pick<Passage, 'text' | 'trail' | 'form' | 'lead'>,
  { start, end }: Pick<Statement, 'start' | 'end'>,
): Stretch | undefined {
  if (!asksForRelease(question)) return undefined
  const versionsIn = (text: string) =>
    [...text.matchAll(VERSION)].filter(([version]) => !question.includes(version) && !DATE.test(version))
  // "Python 3.7 is gone; 3.8 is now the oldest" names versions of something else; "added in 3.2" names the release.
  const text = passage.text.slice(start, end)
  const named = versionsIn(text)
  if (named.length > 0 && (!OF_ANOTHER.test(text) || BY.test(text))) return undefined
  const headings = headingLine(passage)
  // The headings and a line break stand before the passage.
  let to = headings.length
  for (const heading of headings.split(BETWEEN).toReversed()) {
    const from = to - heading.length
    const [found] = CHAPTER.test(heading) && !OF_RELEASE.test(heading) ? [] : versionsIn(heading)
    if (found !== undefined) {
      const at = from + found.index - headings.length - 1 - start
      return { start: at, end: at + found[0].length }
    }
    to = from - BETWEEN.length
  }
  return undefined
}
