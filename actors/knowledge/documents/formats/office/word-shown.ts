import { childOf, inside, isOn, type Tag, tag, valOf } from './tags.ts'
import { boxOf, CONTENTS, LISTS } from './word-resolved.ts'
import { hiddenBy, type WordStyles } from './word-styles.ts'

/** A field that something else stands for. */
interface Field {
  readonly end: Tag
  readonly stands: readonly Tag[]
  /** A list of the document's own headings or words. */
  readonly contents: boolean
}

/** What parts fields, which end where they should if it is hidden too. */
const UNSEEN = /^w:(?:fldChar|instrText|rPr)$/u

/** A part of a Word document without what is hidden, and without lists of its own headings. */
export function shown(top: Tag, styles: WordStyles): Tag {
  return new Shown(fieldsOf(top), styles).part(top)
}

class Shown {
  readonly #fields: ReadonlyMap<Tag, Field>
  readonly #styles: WordStyles
  /** The field that is left out here. */
  #inside: Field | undefined
  /** Whether the paragraph is in a style of hidden text. */
  #hidden = false
  /** Whether something of the paragraph belongs to a list of headings. */
  #contents = false

  constructor(fields: ReadonlyMap<Tag, Field>, styles: WordStyles) {
    this.#fields = fields
    this.#styles = styles
  }

  part(own: Tag): Tag {
    return {
      ...own,
      children: own.children.flatMap((child): readonly (Tag | string)[] =>
        typeof child === 'string' ? [child] : this.#tag(child),
      ),
    }
  }

  #tag(own: Tag): Tag[] {
    if (own.name === 'w:p') return [this.#paragraph(own)]
    if (own.name === 'w:r') return this.#run(own)
    return [this.part(own)]
  }

  #paragraph(own: Tag): Tag {
    const style = valOf(childOf(childOf(own, 'w:pPr'), 'w:pStyle'))
    const outer = [this.#hidden, this.#contents] as const
    this.#hidden = this.#styles.isHidden(style)
    this.#contents = this.#inside?.contents === true
    const made = this.part(own)
    const contents =
      this.#contents && inside(made).every(({ name }) => name !== 'w:r' && name !== 'w:hyperlink')
    ;[this.#hidden, this.#contents] = outer
    return contents || this.#styles.isContents(style) ? tag(CONTENTS) : made
  }

  #run(own: Tag): Tag[] {
    const about = childOf(own, 'w:rPr')
    const hidden =
      hiddenBy(about) ?? (this.#hidden || this.#styles.isHidden(valOf(childOf(about, 'w:rStyle'))))
    const children: Tag[] = []
    let left = 0
    for (const child of inside(own)) {
      const field = this.#inside ?? this.#fields.get(child)
      if (field !== undefined) {
        left += 1
        if (field.contents) this.#contents = true
        if (this.#inside === undefined && !hidden) children.push(...field.stands)
        this.#inside = child === field.end ? undefined : field
      } else if (child.name === 'w:rPr' || !hidden || UNSEEN.test(child.name)) {
        children.push(this.part(child))
      }
    }
    const says = children.some(({ name }) => name !== 'w:rPr')
    return !says && left > 0 ? [] : [{ ...own, children }]
  }
}

/** A field while its end is looked for. */
interface Open {
  readonly begin: Tag
  readonly code: string[]
  /** Whether its result has begun. */
  result: boolean
}

/** Fields that something else stands for, by the mark that they begin with. One that has no end is none. */
function fieldsOf(top: Tag): Map<Tag, Field> {
  const found = new Map<Tag, Field>()
  const look = (own: Tag, open: Open[]) => {
    for (const child of inside(own)) {
      const last = open.at(-1)
      const type = own.name === 'w:r' ? child.attributes['w:fldCharType'] : undefined
      if (type === 'begin') open.push({ begin: child, code: [], result: false })
      else if (last !== undefined && type === 'separate') last.result = true
      else if (last !== undefined && type === 'end') {
        open.pop()
        const field = fieldOf(last.begin, child, last.code.join(''))
        if (field !== undefined) found.set(last.begin, field)
      } else if (last?.result === false && child.name === 'w:instrText')
        last.code.push(child.children.join(''))
      // A text box has fields of its own.
      else look(child, child.name === 'w:txbxContent' ? [] : open)
    }
  }
  look(top, [])
  return found
}

function fieldOf(begin: Tag, end: Tag, code: string): Field | undefined {
  if (LISTS.test(code)) return { end, stands: [], contents: true }
  const data = childOf(begin, 'w:ffData')
  if (/^\s*FORMCHECKBOX\b/iu.test(code)) {
    const box = childOf(data, 'w:checkBox')
    const checked = isOn(childOf(box, 'w:checked') ?? childOf(box, 'w:default'))
    return { end, stands: [boxOf(checked)], contents: false }
  }
  if (/^\s*FORMDROPDOWN\b/iu.test(code)) {
    const list = childOf(data, 'w:ddList')
    const entries = inside(list).filter(({ name }) => name === 'w:listEntry')
    const at = Number(valOf(childOf(list, 'w:result')) ?? valOf(childOf(list, 'w:default')) ?? 0)
    return { end, stands: [tag('w:t', [valOf(entries[at]) ?? ''])], contents: false }
  }
  return undefined
}
