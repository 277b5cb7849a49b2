import { caseSurnames } from './casing.ts'
import { type Profile, readText } from './profile.ts'
import { close, sentences } from './wording.ts'

/** The introduction as paragraphs, one sentence per line, so that a citation by line points at one sentence. */
export const backgroundParagraphs = (profile: Profile): string[][] => {
  const text = readText(profile, ['Introduction', 'Background'])
  if (text === undefined) return []
  return caseSurnames(text)
    .split('++')
    .map((paragraph) => sentences(paragraph.trim()).map(close))
    .filter((lines) => lines.length > 0)
}
