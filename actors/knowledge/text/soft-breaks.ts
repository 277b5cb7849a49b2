/** A sentence never ends with such a word before a number or a small letter: "The rent is", "1,850 EUR". */
const LEADS_ON =
  /(?:^|\s)(?:an?|and|are|as|at|be|but|by|costs?|for|from|has|have|if|into|is|its|nor|of|or|our|than|that|the|their|to|was|were|which|with|your|als|bei|bis|das|dem|den|der|des|die|eine?[mnrs]?|für|im|ist|mit|oder|sind|und|vo[mn]|zum|zur|au|aux|avec|dans|de|des|du|est|et|la|les?|ou|par|pour|sont|une?|con|del|el|en|es|para|por)\s*$/u
/** Nor does it with one of these, whatever follows: "signed by the", "Landlord". */
const NEVER_LAST =
  /(?:^|\s)(?:an?|and|by|of|or|our|the|their|your|das|dem|den|der|des|eine?[mnrs]?|oder|und|vo[mn]|zum|zur|aux|et|les?|ou|une?|del)\s*$/u
const ENDS = /[.!?:;…。！？：；]["'”’»)\]]*\s*$/u
const SENTENCE_END = /[.!?…]["'”’»)\]]*\s*$/u
const LOW = /^\s*\p{Ll}/u
/** "b) the roof", "phone: 555 0199": a line of its own. */
const OWN_LINE = /^\s*(?:(?:\p{Ll}|[ivx]{1,5})[.)]\s|[\p{L} ]{1,24}:(?:\s|$))/u
const GREETING =
  /^\s*(?:dear|hello|hi|hey|good\s|sehr|liebe[rs]?|hallo|guten|moin|cher|chère|estimad[oa])(?:\s.*)?,\s*$/iu
/** So long a line was ended for its length. */
const LONG = 40
/** Lines as short as these are a list: "bread", "milk". */
const SHORT_WORDS = 2

/**
 * The breaks of a text that end something: a sentence goes on behind the others, as its author wrapped it by hand. Such a line begins with a
 * small letter in a sentence that ends somewhere, or stands after a word that none ends with. Lines of an address or a list end.
 */
export function endingBreaks(text: string, breaks: readonly number[]): readonly number[] {
  if (breaks.length === 0) return breaks
  const lines = [...breaks, text.length].map((end, i) =>
    text.slice(i === 0 ? 0 : (breaks[i - 1] as number) + 1, end),
  )
  const closes = closesOf(lines)
  let open = false
  return breaks.filter((_, i) => {
    const [line, next] = [lines[i] as string, lines[i + 1] as string]
    const low = LOW.test(line)
    // Where nobody writes capitals, a small letter says nothing.
    const within = open || !low
    const soft =
      mayGoOn(line, next) &&
      (isCut(line, next) || (within && LOW.test(next) && (closes[i + 1] === true || line.length >= LONG)))
    open = soft
    return !soft
  })
}

/** Which lines belong to a sentence that ends with a mark, in them or in lines that begin with small letters below. */
function closesOf(lines: readonly string[]): boolean[] {
  const found = lines.map((line) => SENTENCE_END.test(line))
  for (let i = lines.length - 2; i >= 0; i -= 1) {
    const [line, next] = [lines[i] as string, lines[i + 1] as string]
    if (found[i + 1] === true && mayGoOn(line, next) && (LOW.test(next) || isCut(line, next))) found[i] = true
  }
  return found
}

function mayGoOn(line: string, next: string): boolean {
  if (
    line.trim() === '' ||
    next.trim() === '' ||
    ENDS.test(line) ||
    GREETING.test(line) ||
    OWN_LINE.test(next)
  )
    return false
  return !(isShort(line) && isShort(next))
}

function isShort(line: string): boolean {
  return LOW.test(line) && line.trim().split(/\s+/u).length <= SHORT_WORDS
}

/** True if the last word leads on to the next line. */
function isCut(line: string, next: string): boolean {
  if (NEVER_LAST.test(line)) return /^\s*["'“(]?[\p{L}\p{N}]/u.test(next)
  return LEADS_ON.test(line) && /^\s*(?:["'“(]?[\p{Ll}\p{N}]|[$€£]|(?:EUR|USD|GBP|CHF)\s?\p{N})/u.test(next)
}
