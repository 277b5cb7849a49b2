import { type Tag, tag } from './tags.ts'
import { BOX } from './word-resolved.ts'
import { leafText, leavesOf, withLeaves } from './word-text.ts'

/** "Smoker: ☐ Yes ☐ No": the words of the boxes follow them. */
const LEADS = /[:：?？]\s*$/u
/** A wide gap before the first box parts it from the words before it. */
const APART = /[:：?？]\s*$|\t\s*$|\s\s$/u

/** Where the words of the boxes of a line stand; in others it is not known to which words a box belongs. */
type Side = 'after' | 'before' | 'unknown'

/** A paragraph that tells of each box to tick whether it is: behind its words, which stand on the same side of all boxes of a line. */
export function withBoxes(paragraph: Tag): Tag {
  const leaves = leavesOf(paragraph)
  if (!leaves.some(({ name }) => name === BOX)) return paragraph
  const others = new Map<Tag, Tag[]>()
  let line: Tag[] = []
  for (const leaf of leaves) {
    if (leaf.name !== 'w:br') line.push(leaf)
    else {
      tell(line, others)
      line = []
    }
  }
  tell(line, others)
  return withLeaves(paragraph, others)
}

function tell(line: readonly Tag[], others: Map<Tag, Tag[]>): void {
  const boxes = line.flatMap(({ name }, i) => (name === BOX ? [i] : []))
  const side = sideOf(line, boxes)
  for (const at of boxes) {
    const box = line[at] as Tag
    const ticked = box.attributes.checked === 'true'
    const said = ticked ? 'checked' : 'not checked'
    const label = side === 'after' ? labelAfter(line, at) : undefined
    if (label !== undefined) {
      others.set(box, [])
      const own = leafText(label).trimEnd()
      others.set(label, [text(`${own} (${said})${leafText(label).slice(own.length)}`)])
    } else if (boxes.length === 1 && side === 'after') others.set(box, [text(said)])
    else if (boxes.length === 1 || (side === 'before' && hasLabelBefore(line, at)))
      others.set(box, [text(inPlace(said, line, at))])
    // The sign says what the document shows, and no more.
    else others.set(box, [text(ticked ? '☒' : '☐')])
  }
}

function sideOf(line: readonly Tag[], boxes: readonly number[]): Side {
  const before = line.slice(0, boxes[0]).map(leafText).join('')
  const after = line
    .slice((boxes.at(-1) ?? 0) + 1)
    .map(leafText)
    .join('')
  if (before.trim() === '') return 'after'
  if (after.trim() === '') return LEADS.test(before) && boxes.length > 1 ? 'after' : 'before'
  return APART.test(before) ? 'after' : 'unknown'
}

/** The last of the texts after a box, up to the next box or gap. */
function labelAfter(leaves: readonly Tag[], at: number): Tag | undefined {
  let label: Tag | undefined
  for (let i = at + 1; i < leaves.length; i += 1) {
    const own = leaves[i] as Tag
    const blank = leafText(own).trim() === ''
    if (own.name === BOX || (own.name !== 'w:t' && label !== undefined)) break
    if (!blank) label = own
  }
  return label
}

/** Whether words stand between a box and the one before it. */
function hasLabelBefore(leaves: readonly Tag[], at: number): boolean {
  for (let i = at - 1; i >= 0 && leaves[i]?.name !== BOX; i -= 1)
    if (leafText(leaves[i] as Tag).trim() !== '') return true
  return false
}

/** What is said where the box stands, apart from the words around it. */
function inPlace(said: string, line: readonly Tag[], at: number): string {
  const before = line[at - 1] === undefined ? ' ' : leafText(line[at - 1] as Tag)
  const after = line[at + 1] === undefined ? ' ' : leafText(line[at + 1] as Tag)
  return `${/\s$/u.test(before) ? '' : ' '}(${said})${/^[\s.,;:!?)]/u.test(after) ? '' : ' '}`
}

function text(value: string): Tag {
  return tag('w:t', [value])
}
