/** Elements of texts that people write. */
const TAG =
  /<(\/?)(p|br|li|ul|ol|div|h[1-6]|b|i|u|em|strong|span|a|table|tr|td|blockquote|code|pre|img)(?=[\s/>])[^<>]*>/giu
/** Elements that make up a text, whatever it is about. */
const STRUCTURE = /^(?:p|li|ul|ol|div|h[1-6]|table|tr|td|blockquote)$/u
/** A line break; "a<br && c>d" is none. */
const BREAK = /^<br(?:\s+[\w-]+=[^<>]*)?\s*\/?>$/iu

/** Tags are what the text is about: "the tag for bold". The German day has a capital letter. */
const ABOUT_TAGS =
  /(?<!\p{L})(?:tags?|HTML|markup|(?:for|in|it|text|words?|makes?) (?:bold|italics?))(?!\p{L})/u
/** "Write <b>word</b>", "the tag <b>". */
const NAMED =
  /(?<!\p{L})(?:[Ww]rit(?:e|es|ten|ing)|[Ww]rap|[Ss]chreib(?:e|en|t)?|tags?|HTML)\s{1,3}["'`“„(]?$/u
const NAMED_CHARS = 14
/** What follows a tag that is a word of a sentence: " where the line ends", ", ", or nothing. */
const GOES_ON = /^(?:[ \t]+\p{Ll}|[ \t]*[`”’)\].,;:?!]|[ \t]*$)/u
const GOES_ON_CHARS = 9
/** Of breaks between spaces, one alone may be what the text is about. */
const BREAKS_MIN = 2

/** Whether tags enclose words of a text, break its lines, or begin it. In "Put <b> before the word" they are what it is about. */
export function isHtml(text: string): boolean {
  // Code and Markdown with code.
  if (/```|<\?php|<%|\bimport\s[^;\n]{1,200}\sfrom\s|=>|\{\{/u.test(text)) return false
  if (text.search(TAG) < 0) return false
  const about = ABOUT_TAGS.test(text.replace(TAG, ' '))
  const opened = new Map<string, number>()
  let end = 0
  let wordsAt = -1
  let breaks = 0
  for (const { 0: whole, 1: slash = '', 2: name = '', index } of text.matchAll(TAG)) {
    if (/[\p{L}\p{N}]/u.test(text.slice(end, index))) wordsAt = index
    end = index + whole.length
    const tag = name.toLowerCase()
    if (slash !== '') {
      // What encloses no words is named: "between <p></p>".
      if (wordsAt > (opened.get(tag) ?? text.length) && (!about || STRUCTURE.test(tag))) return true
    } else if (isNamed(text, index, end)) opened.delete(tag)
    else if (tag !== 'br') {
      // What a text begins with needs no end.
      if (index === 0 && /^(?:p|li)$/u.test(tag)) return true
      opened.set(tag, index)
    } else if (BREAK.test(whole)) {
      breaks += isGlued(text, index, end) && !about ? BREAKS_MIN : 1
      if (breaks >= BREAKS_MIN) return true
    }
  }
  return false
}

/** Whether a tag is a word of its sentence: "Use the <b> tag", "write "<br>" there". */
function isNamed(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - NAMED_CHARS), start)
  if (NAMED.test(before)) return true
  if (!/(?:^|[\s"'`“„‘([{])$/u.test(before)) return false
  const after = text.slice(end, end + GOES_ON_CHARS)
  return GOES_ON.test(after) || (/["']$/u.test(before) && after.startsWith(before.slice(-1)))
}

/** Whether no space stands between a tag and the words beside it. */
function isGlued(text: string, start: number, end: number): boolean {
  return /[^\s([{"'`“„]/u.test(text.charAt(start - 1)) || /[\p{L}\p{N}<&([{"'“„]/u.test(text.charAt(end))
}
