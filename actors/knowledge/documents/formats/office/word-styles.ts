import { allOf, childOf, isOn, type Tag, valOf } from './tags.ts'

/** "heading 1", and what programs in other languages call it. */
const HEADING =
  /^(?:heading|überschrift|titre|título|titolo|kop|rubrik|overskrift|otsikko|nagłówek|nadpis|címsor|заголовок|标题|見出し)\s?([1-9])$/iu
/** Lines of a table of contents. */
const CONTENTS = /^(?:toc \d|contents \d|table of figures|verzeichnis \d|inhaltsverzeichnis\d*|index \d)$/iu
/** What stands above them, though people take it for other headings too. */
const CONTENTS_HEADING = /^(?:toc heading|contents heading|index heading|inhaltsverzeichnis\p{L}+)$/iu
/** Of nine levels, counted from 0; the tenth is text. */
const LEVELS = 9
const BASES_MAX = 10

/** What the styles of a Word document say. */
export class WordStyles {
  readonly #styles: ReadonlyMap<string, Tag>

  constructor(styles: Tag | undefined) {
    const known = new Map<string, Tag>()
    for (const style of allOf(styles, 'w:style')) {
      const id = style.attributes['w:styleId']
      if (id !== undefined && !known.has(id)) known.set(id, style)
    }
    this.#styles = known
  }

  /** The level of a heading in this style, from 1; none for text. It may be made from the style of a heading. */
  level(id: string | undefined): number | undefined {
    return this.#ask(id, (style, own) => {
      const outline = outlineOf(childOf(style, 'w:pPr'))
      if (outline !== undefined) return outline
      const named = HEADING.exec(nameOf(style) ?? own)?.[1] ?? /^Heading([1-9])$/u.exec(own)?.[1]
      return named === undefined ? undefined : Number(named)
    })
  }

  /** Whether the parser takes a paragraph in this style for a heading. */
  isHeading(id: string | undefined): boolean {
    if (id === undefined) return false
    return /^Heading[1-6]$/u.test(id) || /^heading [1-6]$/iu.test(nameOf(this.#styles.get(id)) ?? '')
  }

  /** Whether text in this style is hidden. */
  isHidden(id: string | undefined): boolean {
    return this.#ask(id, (style) => hiddenBy(childOf(style, 'w:rPr'))) ?? false
  }

  isContents(id: string | undefined): boolean {
    if (id === undefined) return false
    return CONTENTS.test(nameOf(this.#styles.get(id)) ?? '') || /^TOC\d$/u.test(id)
  }

  isContentsHeading(id: string | undefined): boolean {
    return (
      id !== undefined && (CONTENTS_HEADING.test(nameOf(this.#styles.get(id)) ?? '') || id === 'TOCHeading')
    )
  }

  isCaption(id: string | undefined): boolean {
    return /^caption$/iu.test(id === undefined ? '' : (nameOf(this.#styles.get(id)) ?? id))
  }

  /** The list that paragraphs in this style are items of. */
  list(id: string | undefined): Tag | undefined {
    return this.#ask(id, (style) => childOf(childOf(style, 'w:pPr'), 'w:numPr'))
  }

  /** What the style says, or the nearest one that it is made from. */
  #ask<T>(id: string | undefined, question: (style: Tag | undefined, id: string) => T | undefined) {
    let own = id
    for (let i = 0; i < BASES_MAX && own !== undefined; i += 1) {
      const style = this.#styles.get(own)
      const answer = question(style, own)
      if (answer !== undefined) return answer
      own = valOf(childOf(style, 'w:basedOn'))
    }
    return undefined
  }
}

/** The level that the properties of a paragraph give it, from 1; 0 if they say that it is text. */
export function outlineOf(properties: Tag | undefined): number | undefined {
  const value = valOf(childOf(properties, 'w:outlineLvl'))
  if (value === undefined) return undefined
  const level = Number(value)
  return level >= 0 && level < LEVELS ? level + 1 : 0
}

/** Whether properties of text hide it; none if they don't say. */
export function hiddenBy(properties: Tag | undefined): boolean | undefined {
  const own = childOf(properties, 'w:vanish')
  return own === undefined ? undefined : isOn(own)
}

function nameOf(style: Tag | undefined): string | undefined {
  return valOf(childOf(style, 'w:name'))
}
