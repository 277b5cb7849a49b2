import type { Element, Nodes } from 'hast'
import { childElements, classesOf, holds, textOf } from './html-nodes.ts'

const NAME = /cookie|gdpr|ccpa|consent/iu
const BANNER =
  /banner|bar(?:$|[-_])|consent|dialog|law|layer|modal|notice|overlay|pop-?up|prompt|toast|wall/iu
const VENDOR =
  /^(?:onetrust|CybotCookiebot|cky-|cc-(?:banner|window)|cmplz|didomi|qc-cmp|truste|usercentrics)/u
const PAGE = /content|page|policy|recipe|statement/iu
/** What such a banner talks about: a box of cookies is none. */
const TOPIC =
  /accept|analytics|akzeptier|aceptar|browser|consent|cookies? (?:policy|settings)|datenschutz|einwillig|privacy|tracking|website|zustimm|this site/iu
const CHARS_MAX = 4_000

/** Marks as hidden what asks for consent to cookies: it is no text of the page. */
export function withoutConsent(node: Nodes): void {
  if (!('children' in node)) return
  for (const child of node.children) {
    if (child.type === 'element' && isConsent(child)) child.properties.hidden = true
    else withoutConsent(child)
  }
}

function isConsent(node: Element): boolean {
  if (!/^(?:aside|dialog|div|footer|form|section)$/u.test(node.tagName)) return false
  const names = [String(node.properties.id ?? ''), ...classesOf(node)]
  const vendor = names.some((name) => VENDOR.test(name))
  const own = names.filter((name) => NAME.test(name))
  if (!vendor && (own.length === 0 || own.some((name) => PAGE.test(name)))) return false
  if (!vendor && !own.some((name) => BANNER.test(name.replace(/^consent$/iu, ''))) && !hasButton(node))
    return false
  if (holds(node, 'h1') || holds(node, 'main') || holds(node, 'article')) return false
  const text = textOf(node)
  // Patients consent too.
  const asks = vendor || own.some((name) => /cookie|gdpr|ccpa/iu.test(name)) || /cookie/iu.test(text)
  return text.length < CHARS_MAX && asks && TOPIC.test(text)
}

function hasButton(node: Element): boolean {
  return (
    childElements(node).some(({ tagName }) => tagName === 'button') || childElements(node).some(hasButton)
  )
}
