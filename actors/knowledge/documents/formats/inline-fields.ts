/** "author:: Ilse", "- lent to:: Tomas", "returned::", of Obsidian and Logseq. */
const FIELD =
  /^(\s*(?:[-*+][ \t]+|>[ \t]*)?)(\p{L}[\p{L}\p{N} _/-]{0,40}|\*\*\p{L}[\p{L}\p{N} _/-]{0,40}\*\*)::(?:[ \t]+(.*))?$/u
/** "[due:: 2025-04-02]", "(due:: 2025-04-02)", in a sentence. */
const BRACKETED = /([[(]\p{L}[\p{L}\p{N} _-]{0,40})::(?=[ \t])/gu
const FENCE = /^\s*(?:>\s*)?(`{3,}|~{3,})/u
const LINE_CHARS_MAX = 2_000

/** Writes the fields of a note each on a line of its own: "author: Ilse". A field without a value says nothing. No line moves. */
export function withInlineFields(text: string): string {
  if (!/::(?:[ \t]|$)/mu.test(text)) return text
  const lines = text.split('\n')
  const found = lines.map((line) => (line.length > LINE_CHARS_MAX ? null : FIELD.exec(line)))
  let fence = ''
  return lines
    .map((line, i) => {
      const mark = FENCE.exec(line)?.[1] ?? ''
      if (fence === '' && mark !== '') fence = mark
      else if (fence !== '' && mark.startsWith(fence)) fence = ''
      if (fence !== '' || line.length > LINE_CHARS_MAX) return line
      const [whole, before = '', key = '', value = ''] = found[i] ?? []
      if (whole === undefined) {
        // The words above the first field are no part of it.
        const end = /^\s*\p{L}/u.test(line) && hasValue(found[i + 1]) ? '  ' : ''
        return isCode(line) ? line : `${line.replace(BRACKETED, '$1:')}${end}`
      }
      if (value.trim() !== '') return `${before}${key}: ${value.trim()}  `
      // "Example::" alone leads to what stands below it.
      return hasValue(found[i - 1]) || hasValue(found[i + 1]) ? '' : line
    })
    .join('\n')
}

function isCode(line: string): boolean {
  return line.includes('`')
}

function hasValue(found: RegExpExecArray | null | undefined): boolean {
  return (found?.[3] ?? '').trim() !== ''
}
