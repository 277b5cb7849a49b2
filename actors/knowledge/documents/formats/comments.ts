/** A line of settings that is switched off: "# port: 8080", "#  - name". */
const SWITCHED_OFF = /^(?:-\s|["']?[\p{L}\p{N}_.$-]+["']?\s*[:=]\s*\S*\s*$|[{}[\]])/u

/** Where a comment ends: one of a megabyte is looked at no further. */
const END_CHARS = 120

/** A comment as one line, without what it switches off and without marks; nothing where it has no words. */
export function noteText(comment: string): string {
  const lines = comment.split('\n').map((line) => line.replace(/^[#;!/\s]+/u, '').trimEnd())
  const text = lines
    .filter((line) => !SWITCHED_OFF.test(line))
    .join(' ')
    .replace(/\s+/gu, ' ')
    .trim()
  return !/\p{L}/u.test(text) || /[=:{]\s*\S+$/u.test(text.slice(-END_CHARS)) ? '' : text
}
