import { allOf, inside, type Tag } from './tags.ts'
import { BLANK, BOX } from './word-resolved.ts'

const LEAF = /^w:(?:t|tab|br)$/u
/** What is no text of the paragraph: its properties (which have tabs too), and text boxes that hang on it. */
const APART = /^w:(?:pPr|rPr|pict|object|drawing)$/u

/** The texts of a paragraph, its tabs and line breaks, boxes to tick and blanks, in their order. */
export function leavesOf(paragraph: Tag): Tag[] {
  const found: Tag[] = []
  const look = (own: Tag) => {
    for (const child of inside(own)) {
      if (LEAF.test(child.name) || child.name === BOX || child.name === BLANK) found.push(child)
      else if (!APART.test(child.name)) look(child)
    }
  }
  look(paragraph)
  return found
}

/** What a leaf says. */
export function leafText({ name, children }: Tag): string {
  if (name === 'w:t') return children.join('')
  return name === 'w:tab' ? '\t' : name === 'w:br' ? '\n' : ''
}

export function textOf(paragraph: Tag): string {
  return leavesOf(paragraph).map(leafText).join('')
}

/** A paragraph with other tags in the place of these leaves. */
export function withLeaves(own: Tag, others: ReadonlyMap<Tag, readonly Tag[]>): Tag {
  const children = own.children.flatMap((child): readonly (Tag | string)[] => {
    if (typeof child === 'string') return [child]
    const stands = others.get(child)
    if (stands !== undefined) return stands
    return LEAF.test(child.name) || APART.test(child.name) ? [child] : [withLeaves(child, others)]
  })
  return { ...own, children }
}

/** Whether nothing but labels of blanks stand in it: "Approver: ____". */
export function isUnfilled(paragraph: Tag): boolean {
  const leaves = leavesOf(paragraph)
  if (!leaves.some(({ name }) => name === BLANK) || allOf(paragraph, 'w:pict').length > 0) return false
  const parts = leaves
    .map((leaf) => (leaf.name === BLANK ? '\0' : leafText(leaf)))
    .join('')
    .split('\0')
  return parts.every((part, i) => (i === parts.length - 1 ? part.trim() === '' : /[:：]\s*$/u.test(part)))
}
