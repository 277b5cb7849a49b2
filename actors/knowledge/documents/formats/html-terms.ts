import type { Element, ElementContent } from 'hast'
import { elementAt, isBlank, wordsAt } from './html-nodes.ts'

/** More terms below each other share nothing. */
const TERMS_MAX = 8

/** A list of terms in which those that share a description are one, "Excess, Deductible", and which has no groups. */
export function withJoinedTerms(list: Element): Element {
  const found: ElementContent[] = []
  let terms: Element[] = []
  for (const child of list.children.flatMap(partsOf)) {
    if (isBlank(child)) continue
    if (isTerm(child)) {
      terms.push(child)
      continue
    }
    for (const term of isMeaning(child) ? joined(terms) : terms) found.push(term)
    terms = []
    found.push(child)
  }
  // Nothing says what the last ones mean.
  for (const term of terms) found.push(term)
  return { ...list, children: found }
}

function joined(terms: readonly Element[]): readonly Element[] {
  const [first, ...others] = terms
  if (first === undefined || others.length === 0 || terms.length > TERMS_MAX) return terms
  const words = others.flatMap((term) => [wordsAt(term, ', '), ...term.children])
  return [elementAt(first, 'dt', [...first.children, ...words])]
}

function partsOf(node: ElementContent): ElementContent[] {
  return node.type === 'element' && node.tagName === 'div' ? node.children : [node]
}

function isTerm(node: ElementContent): node is Element {
  return node.type === 'element' && node.tagName === 'dt'
}

function isMeaning(node: ElementContent): boolean {
  return node.type === 'element' && node.tagName === 'dd'
}
