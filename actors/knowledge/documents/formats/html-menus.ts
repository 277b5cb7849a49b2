import type { RootContent } from 'mdast'
import { plainText } from '../../text/plain.ts'

/** Classes of parts that hold links and what else leads through a site. */
export const NAVIGATION =
  /^(?:(?:foot(?:er)?|nav|site|bottom|top|sub|main|page)-?(?:links?|nav(?:igation)?)|nav)$/iu

/** "Museum parking", "Contact". */
const ITEM = /^[^\d@:.!?|]{2,40}$/u
const ITEM_WORDS_MAX = 5
const ITEMS_LEAST = 3
/** What menus lead to on nearly every site. */
const USUAL =
  /^(?:sitemap|privacy(?: policy)?|datenschutz|imprint|impressum|agb|terms(?: of (?:use|service))?|contact(?: us)?|kontakt|cookies?|legal|about(?: us)?|über uns|careers|jobs|press|presse|news|newsletter|blog|help|hilfe|faq|support|feedback|accessibility|login|log in|sign in|register|shop|home|subscribe\b.*)$/iu
/** "Dogs welcome", "Closed on holidays", "We ship worldwide" tell something. */
const SAYS =
  /(?<!\p{L})(?:is|are|was|has|have|can|may|must|we|you|open|opens|closed|closes|welcome|allowed|included|available|ships?|free|no|not|never|always|by|ist|sind|hat|haben|wir|geöffnet|geschlossen|erlaubt|frei|kein(?:e|er)?|nur|täglich)(?!\p{L})/iu
/** Of an address or an owner. */
const PLACE =
  /(?<!\p{L})(?:street|road|lane|avenue|square|house|hall|quay|str|weg|allee|rue|via|calle|plaza|gmbh|ltd|inc|llc|ag|plc)(?!\p{L})|(?:straße|strasse|platz|gasse)(?!\p{L})|[©®]/iu

/** Whether a part of the end of a page, or of what leads through it, is "Sitemap | Privacy | Contact": links, or a few short names. */
export function isMenu(part: RootContent): boolean {
  if (part.type === 'list') {
    const items = part.children.map((item) => plainText(item, true).text.trim())
    const linked = part.children.every(({ children: [only, ...others] }) => {
      return (
        others.length === 0 &&
        only?.type === 'paragraph' &&
        only.children.every(({ type }) => type === 'link')
      )
    })
    if (!items.every(isName)) return false
    return linked || items.some((item) => USUAL.test(item))
  }
  if (part.type !== 'paragraph') return false
  const links = part.children.filter(({ type }) => type === 'link').length
  const between = part.children.filter(({ type }) => type !== 'link')
  if (links > 1 && between.every((one) => one.type === 'text' && /^[\s|•·,/–-]*$/u.test(one.value)))
    return true
  const { text } = plainText(part, true)
  if (text.length > TEXT_CHARS_MAX) return false
  const items = text
    .split(/[|•·]/u)
    .map((item) => item.trim())
    .filter((item) => item !== '')
  const usual = items.some((item) => USUAL.test(item)) && items.every(isName) && !/[•·]/u.test(text)
  return usual || areNames(items)
}

const TEXT_CHARS_MAX = 400

function isName(item: string): boolean {
  return ITEM.test(item) && (USUAL.test(item) || !SAYS.test(item))
}

/** Three or more names of pages, one of them a usual one. "Kids club", "Wheelchair ramp" and "Lift" are what there is. */
function areNames(items: readonly string[]): boolean {
  return (
    items.length >= ITEMS_LEAST &&
    items.every((item) => isName(item) && item.split(/\s+/u).length <= ITEM_WORDS_MAX && !PLACE.test(item)) &&
    items.some((item) => USUAL.test(item))
  )
}
