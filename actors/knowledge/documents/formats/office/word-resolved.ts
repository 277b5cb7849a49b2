import { formulaOf } from './formulas.ts'
import { allOf, childOf, inside, isOn, runOf, type Tag, tag, valOf } from './tags.ts'

/** What charts and diagrams of a Word document say, by the ids of their parts. */
export type Drawings = ReadonlyMap<string, readonly Tag[]>

/** Where a table of contents stood. */
export const CONTENTS = 'x:contents'
/** A box to tick. */
export const BOX = 'x:box'

/** A blank to fill in. */
export const BLANK = 'x:blank'

/** Signs that stand in boxes to tick. */
const TICKED = /[☐☑☒✓✔✗✘□■▢◻◼🗴🗵🗷🗸🗹]/u
const ALONE = /^\s*\S\s*$/u
/** Drawings that say something. */
const SAYING = /^(?:w:txbxContent|c:chart|dgm:relIds|m:oMath)$/u
const GALLERY = /table of contents/iu
/** Fields that list what the document says elsewhere. */
export const LISTS = /^\s*(?:TOC|INDEX|TOA)\b/iu

/** A part of a Word document with what it shows, each thing once: without what was deleted, with formulas, text boxes and fields as text. */
export function resolved(own: Tag, drawings: Drawings): Tag {
  const children = own.children.flatMap((child): readonly (Tag | string)[] =>
    typeof child === 'string' ? [withoutHints(child)] : resolvedTag(child, drawings),
  )
  return { ...own, children }
}

function resolvedTag(own: Tag, drawings: Drawings): readonly Tag[] {
  switch (own.name) {
    // Paragraphs and rows may say in them that they are deleted, which the parser knows.
    case 'w:pPr':
    case 'w:rPr':
    case 'w:trPr':
      return [own]
    case 'w:del':
    case 'w:moveFrom':
    case 'w:softHyphen':
      return []
    case 'w:noBreakHyphen':
      return [tag('w:t', ['-'])]
    case 'w:cr':
      return [tag('w:br')]
    case 'w:ptab':
      return [tag('w:tab')]
    case 'w:tr':
      return isOn(childOf(childOf(own, 'w:trPr'), 'w:hidden')) ? [] : [resolved(own, drawings)]
    case 'mc:AlternateContent':
      return resolved(alternativeOf(own), drawings).children.filter((child) => typeof child !== 'string')
    case 'w:sdt':
      return controlOf(own, drawings)
    case 'w:fldSimple':
      return LISTS.test(own.attributes['w:instr'] ?? '')
        ? [tag(CONTENTS)]
        : inside(own).flatMap((child) => resolvedTag(child, drawings))
    case 'm:oMath':
      return [runOf(formulaOf(own))]
    // The text itself, without how it is read aloud.
    case 'w:ruby':
      return inside(childOf(own, 'w:rubyBase')).flatMap((child) => resolvedTag(child, drawings))
    case 'w:bdo':
    case 'w:dir':
    case 'm:oMathPara':
      return inside(own).flatMap((child) => resolvedTag(child, drawings))
    case 'w:drawing':
      return drawingOf(own, drawings)
    default:
      return [resolved(own, drawings)]
  }
}

/** Where a word may be parted, and where not, is no part of the word. */
export function withoutHints(text: string): string {
  return text.replaceAll('\u00AD', '').replaceAll('\u2011', '-')
}

/** The form for newer programs, if it says what that for older ones may not. */
function alternativeOf(own: Tag): Tag {
  const [choice] = inside(own).filter(({ name }) => name === 'mc:Choice')
  const fallback = childOf(own, 'mc:Fallback')
  if (choice === undefined) return fallback ?? tag('mc:Fallback')
  return fallback === undefined || inside(fallback).length === 0 || says(choice) ? choice : fallback
}

function says(own: Tag): boolean {
  return inside(own).some((child) => SAYING.test(child.name) || says(child))
}

/** A control with what was put into it. */
function controlOf(own: Tag, drawings: Drawings): readonly Tag[] {
  const about = childOf(own, 'w:sdtPr')
  const gallery = valOf(childOf(childOf(about, 'w:docPartObj'), 'w:docPartGallery'))
  if (gallery !== undefined && GALLERY.test(gallery)) return [tag(CONTENTS)]
  const content = childOf(own, 'w:sdtContent') ?? tag('w:sdtContent')
  if (isOn(childOf(about, 'w:showingPlcHdr'))) {
    const emptied = inside(blank(content))
    return emptied.length === 0 ? [tag('w:r', [tag(BLANK)])] : emptied
  }
  const box = childOf(about, 'w14:checkbox')
  const { children } = resolved(content, drawings)
  if (box === undefined) return children.filter((child) => typeof child !== 'string')
  const checked = childOf(box, 'w14:checked')?.attributes['w14:val'] ?? '0'
  return inside(ticked(tag('w:sdtContent', children), /^(?:1|true|on)$/u.test(checked)))
}

/** Without what it says: cells stay where they are. */
function blank(own: Tag): Tag {
  const children = inside(own).filter(({ name }) => name !== 'w:r')
  return { ...own, children: children.map(blank) }
}

/** The sign in it is a box to tick: one of boxes, or what stands alone or first. */
function ticked(own: Tag, checked: boolean): Tag {
  const texts = allOf(own, 'w:r').flatMap((run) =>
    inside(run).filter(({ name }) => /^w:(?:t|sym)$/u.test(name)),
  )
  const at =
    texts.find((one) => one.name === 'w:sym' || TICKED.test(one.children.join(''))) ??
    texts.find((one) => ALONE.test(one.children.join(''))) ??
    texts[0]
  if (at === undefined) return { ...own, children: [tag('w:r', [boxOf(checked)])] }
  const look = (one: Tag): Tag => ({
    ...one,
    children: one.children.flatMap((child): readonly (Tag | string)[] => {
      if (child === at) return boxIn(at, checked)
      return [typeof child === 'string' ? child : look(child)]
    }),
  })
  return look(own)
}

/** A block may hold the sign and its words, which stay. */
function boxIn(text: Tag, checked: boolean): Tag[] {
  const said = text.children.join('')
  const sign = TICKED.exec(said) ?? ALONE.exec(said) ?? /^\s*[^\p{L}\p{N}\s]/u.exec(said)
  const from = sign?.index ?? 0
  const parts = [said.slice(0, from), said.slice(from + (sign?.[0].length ?? 0))]
  const [before = [], after = []] = parts.map((part) => (part === '' ? [] : [tag('w:t', [part])]))
  return [...before, boxOf(checked), ...after]
}

export function boxOf(checked: boolean): Tag {
  return tag(BOX, [], { checked: String(checked) })
}

/** Text boxes stand below the paragraph that they hang on. */
function drawingOf(own: Tag, drawings: Drawings): readonly Tag[] {
  const boxes = allOf(own, 'w:txbxContent')
  if (boxes.length > 0) return boxes.map((box) => hanging(resolved(box, drawings)))
  const part = allOf(own, 'c:chart')[0]?.attributes['r:id'] ?? allOf(own, 'dgm:relIds')[0]?.attributes['r:dm']
  const blocks = part === undefined ? undefined : drawings.get(part)
  return blocks === undefined ? [own] : [hanging(tag('w:txbxContent', blocks))]
}

function hanging(box: Tag): Tag {
  return tag('w:pict', [tag('v:textbox', [box])])
}
