import type { Passage } from '../../knowledge/text/passages.ts'
import type { Stretch } from '../../knowledge/text/sentences.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { headingLine } from '../reading/reading-text.ts'

/** "Since which version …?", "Which release dropped …?"; not "Which version of Node do I need?" */
const ASKED =
  /\b(?:in|since|from|as of|with|after|until|by) (?:which|what) (?:\p{L}+ )?(?:release|version)\b|^(?:which|what) (?:\p{L}+ )?(?:release|version) (?!of\b|is\b|are\b|do(?:es)?\b|should\b|must\b|can\b)\p{L}+/iu

const VERSION = /(?<![\p{L}\p{N}.])v?\d+(?:\.\d+)+(?:-[\p{L}\p{N}.]+)?/giu

/** Where the question asks for a release and the statement names none, the one in the headings above it, as an offset in the statement (negative). */
export function releaseAbove(
  question: string,
  passage: Pick<Passage, 'text' | 'trail' | 'form' | 'lead'>,
  { start, end }: Pick<Statement, 'start' | 'end'>,
): Stretch | undefined {
  if (!ASKED.test(question)) return undefined
  const versionsIn = (text: string) =>
    [...text.matchAll(VERSION)].filter(([version]) => !question.includes(version))
  if (versionsIn(passage.text.slice(start, end)).length > 0) return undefined
  const headings = headingLine(passage)
  const found = versionsIn(headings).at(-1)
  if (found === undefined) return undefined
  // The headings and a line break stand before the passage.
  const at = found.index - headings.length - 1 - start
  return { start: at, end: at + found[0].length }
}
