import type { Element, ElementContent } from 'hast'
import { elementAt, isBlank, wordsAt } from './html-nodes.ts'

/** A list of terms in which those that share a description are one, "Excess, Deductible", and which has no groups. */
export function withJoinedTerms(list: Element): Element {
  const found: ElementContent[] = []
  for (const child of list.children.flatMap(partsOf)) {
    const last = found.at(-1)
    if (isTerm(child) && last !== undefined && isTerm(last))
      found[found.length - 1] = elementAt(last, 'dt', [
        ...last.children,
        wordsAt(child, ', '),
        ...child.children,
      ])
    else if (!isBlank(child)) found.push(child)
  }
  return { ...list, children: found }
}

function partsOf(node: ElementContent): ElementContent[] {
  return node.type === 'element' && node.tagName === 'div' ? node.children : [node]
}

function isTerm(node: ElementContent): node is Element {
  return node.type === 'element' && node.tagName === 'dt'
}
