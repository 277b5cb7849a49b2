import type { Element, Nodes } from 'hast'
import { classesOf, textOf } from './html-nodes.ts'

const NAME = /cookie|gdpr|ccpa/iu
const CONSENT =
  /^(?:cookie|gdpr|ccpa|privacy)?[-_]?consent(?:[-_]?(?:banner|bar|dialog|layer|modal|notice|overlay|pop-?up|prompt|toast|wall))?$/iu
const VENDOR =
  /^(?:onetrust|CybotCookiebot|cky-|cc-(?:banner|window)|cmplz|didomi|qc-cmp|truste(?:$|[-_])|usercentrics)/u
const PAGE = /content|declaration|document|page|policy|recipe|statement/iu
/** What such a banner talks about: a box of cookies is none. */
const TOPIC =
  /accept|analytics|akzeptier|aceptar|browser|consent|cookies? (?:policy|settings)|datenschutz|einwillig|privacy|tracking|website|zustimm|this site/iu
/** "We use cookies", "accept all cookies", "cookies help us"; a bakery says neither. */
const COOKIES =
  /\b(?:accept\w*|akzeptier\w*|aceptar\w*|gebruik\w*|nutz\w*|places?|sets?|setz\w*|stores?|usa\w*|us(?:e|es|ing)|utili[sz]\w*|verwende\w*)(?:\s+\S{1,20}){0,3}?\s+cookies?\b|\bcookies?[- ](?:allow|einstellungen|enable|help|improve|let|policy|preferences|settings)/iu
const BUTTON = /(?:^|[-_])(?:accept|agree|allow|btn|button|close|dismiss)(?:$|[-_])/iu
const ACCEPTS = /^\s*(?:accept|agree|allow|akzeptier|alle akzeptier)/iu
const REJECTS = /^\s*(?:ablehn|alle ablehn|decline|deny|disagree|refuse|reject)/iu
const CHARS_MAX = 4_000
/** A larger part is no question. Its words are asked for at each level. */
const NODES_MAX = 400

/** What an element has in it. */
interface Size {
  chars: number
  nodes: number
  button: boolean
  /** The highest level of its headings; the main part of a page counts as one of level 1. */
  heading: number
  headings: number
  /** Whether it has buttons that accept something, and that reject it. */
  accepts: boolean
  rejects: boolean
}

/** Marks as hidden what asks for consent to cookies: it is no text of the page. */
export function withoutConsent(page: Nodes): void {
  const sizes = new Map<Nodes, Size>()
  const { chars } = measure(page, sizes)
  hide(page, sizes, chars)
}

function measure(node: Nodes, sizes: Map<Nodes, Size>): Size {
  const size: Size = {
    chars: 0,
    nodes: 1,
    button: false,
    heading: 9,
    headings: 0,
    accepts: false,
    rejects: false,
  }
  if (node.type === 'text') size.chars = node.value.trim().length
  if (!('children' in node)) return size
  if (node.type === 'element') {
    if (/^(?:script|style|template|title)$/u.test(node.tagName)) return size
    size.button = isButton(node)
    if (/^(?:main|article)$/u.test(node.tagName)) size.heading = 1
    else if (/^h[1-6]$/u.test(node.tagName)) size.heading = Number(node.tagName.slice(1))
    else if (node.tagName === 'button') {
      const says = textOf(node)
      size.accepts = ACCEPTS.test(says)
      size.rejects = REJECTS.test(says)
    }
    size.headings = size.heading < 9 ? 1 : 0
  }
  for (const child of node.children) {
    const own = measure(child, sizes)
    size.chars += own.chars
    size.nodes += own.nodes
    size.button ||= own.button
    size.heading = Math.min(size.heading, own.heading)
    size.headings += own.headings
    size.accepts ||= own.accepts
    size.rejects ||= own.rejects
  }
  sizes.set(node, size)
  return size
}

function hide(node: Nodes, sizes: ReadonlyMap<Nodes, Size>, all: number): void {
  if (!('children' in node)) return
  for (const child of node.children) {
    const size = sizes.get(child)
    if (size === undefined || child.type !== 'element') continue
    if (isConsent(child, size, all)) child.properties.hidden = true
    else hide(child, sizes, all)
  }
}

/**
 * A banner of a known maker; else a part that has a name for it, a button, little of the text of the page, and no heading but above
 * buttons that accept and reject.
 */
function isConsent(node: Element, size: Size, all: number): boolean {
  const { chars, nodes, button, heading, headings } = size
  if (!/^(?:aside|dialog|div|footer|form|section)$/u.test(node.tagName)) return false
  if (chars >= CHARS_MAX || nodes > NODES_MAX || heading === 1) return false
  const names = [String(node.properties.id ?? ''), ...classesOf(node)]
  if (names.some((name) => VENDOR.test(name) && !PAGE.test(name))) return TOPIC.test(textOf(node))
  const chooses = headings === 1 && size.accepts && size.rejects
  if (!button || (heading < 4 && !chooses) || 2 * chars > all) return false
  const consents = names.some((name) => CONSENT.test(name))
  const own = names.filter((name) => NAME.test(name))
  if ((own.length === 0 && !consents) || own.some((name) => PAGE.test(name))) return false
  const text = textOf(node)
  // Patients consent too.
  const asks = own.some((name) => /gdpr|ccpa|consent/iu.test(name)) || COOKIES.test(text)
  return asks && TOPIC.test(text)
}

function isButton(node: Element): boolean {
  const { id, role, type } = node.properties
  if (node.tagName === 'button' || role === 'button') return true
  if (node.tagName === 'input') return /^(?:button|submit)$/u.test(String(type ?? ''))
  return node.tagName === 'a' && [String(id ?? ''), ...classesOf(node)].some((name) => BUTTON.test(name))
}
