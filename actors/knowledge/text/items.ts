import type { Nodes, Paragraph } from 'mdast'

/** An item that only introduces its inner items says nothing alone. */
export function isName(text: string): boolean {
  // "Director: Ilse" does.
  if (/[:：]\s+\S/u.test(text)) return false
  return /[:：]\s*$/u.test(text) || (text.trim().split(/\s+/u).length <= 4 && !/[.!?。！？]\s*$/u.test(text))
}

/** "Default: 1 MiB", from a term and its definitions. */
export function termText(own: readonly Paragraph[]): Nodes[] {
  return own.flatMap((one, i): Nodes[] =>
    i === 0 ? one.children : [{ type: 'text', value: i === 1 ? ': ' : '; ' }, ...one.children],
  )
}
