import { type Tag, tag } from './tags.ts'
import { BOX } from './word-resolved.ts'
import { leafText, leavesOf, withLeaves } from './word-text.ts'

/** A paragraph that tells of each box to tick whether it is: behind its words, which stand after it or else before it. */
export function withBoxes(paragraph: Tag): Tag {
  const leaves = leavesOf(paragraph)
  if (!leaves.some(({ name }) => name === BOX)) return paragraph
  const others = new Map<Tag, Tag[]>()
  leaves.forEach((box, i) => {
    if (box.name !== BOX) return
    const said = box.attributes.checked === 'true' ? 'checked' : 'not checked'
    const label = labelAfter(leaves, i)
    if (label === undefined) {
      const before = leaves[i - 1]
      const led = before !== undefined && before.name === 'w:t' && leafText(before).trim() !== ''
      others.set(box, [text(led ? `${/\s$/u.test(leafText(before)) ? '' : ' '}(${said})` : said)])
      return
    }
    others.set(box, [])
    const own = leafText(label).trimEnd()
    others.set(label, [text(`${own} (${said})${leafText(label).slice(own.length)}`)])
  })
  return withLeaves(paragraph, others)
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

function text(value: string): Tag {
  return tag('w:t', [value])
}
