/** Nobody wraps prose narrower than this: if all lines are shorter, they were meant as lines. */
export const WRAP_CHARS_LEAST = 40

/** Words that end no sentence: "from the". */
export const SMALL =
  /(?:^|\s)(?:the|an?|of|from|by|with|and|or|to|for|at|into|their|its|his|our|der|die|das|dem|den|des|eine?[mnrs]?|und|oder|von|vom|mit|für|zum|zur|le|la|les|du|une?|et|el|los|las|del|il)\s*$/u
/** "taken by Ines", "to write to Mrs", or a capital word alone. */
const NAME_END =
  /(?:^\s*|[\p{Ll},] )(?:\p{Lu}[\p{L}'’-]*\.? ){0,3}(?:\p{Lu}[\p{L}'’-]*|(?:Mrs?|Ms|Dr|Prof|St)\.)\s*$/u
const END_CHARS_READ = 80

/** A line, those above and below it, and the last one and the width of its paragraph. */
export interface Wrapped {
  readonly before: string | undefined
  readonly line: string
  readonly next: string
  readonly last: string
  readonly width: number
}

/**
 * Whether a line ends inside a sentence of wrapped prose, however short it is: after a word that ends none, or in a name ("taken by Ines",
 * above "Calder, who keeps plot 40.") where the line goes on from the one above it or fills half of the width. Notes end with no mark.
 */
export function isCutShort({ before, line, next, last, width }: Wrapped): boolean {
  if (width < WRAP_CHARS_LEAST || !/^\s*\p{Lu}[^:]*$/u.test(next.slice(0, END_CHARS_READ))) return false
  const end = line.slice(-END_CHARS_READ)
  if (SMALL.test(end)) return true
  if (!NAME_END.test(end) || !/[.!?]["'”’)]*\s*$/u.test(last.slice(-END_CHARS_READ))) return false
  if (before === undefined) return 2 * line.length > width
  const open = !/[.!?:;]["'”’)]*\s*$/u.test(before.slice(-END_CHARS_READ))
  if (!open) return false
  const word = /^\s*(\S+)/u.exec(line.slice(0, END_CHARS_READ))?.[1] ?? ''
  const full = before.trimEnd().length + 1 + word.length > width
  return full || /^\s*\p{Ll}/u.test(line) || SMALL.test(before.slice(-END_CHARS_READ))
}
