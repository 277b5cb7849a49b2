/** What stands in documents beside their text, with fields of its own: who wrote it, what it cites, a formula. */
const BESIDE = /^(?:\p{L}*info|front|ref-list|bibliography|bibliolist|math)$/u
/** Words, wherever they stand. */
const INLINE =
  /^(?:a|b|i|u|s|em|strong|span|code|small|sub|sup|time|font|link|link-body|plain-text-link-body|emphasis|phrase|bold|italic|xref|ref|ulink|mathphrase)$/u
/** Less text, as the parameter of a macro, makes no file one of records. */
const FIELD_SHARE = 0.03

/** An element while it is open. */
export interface Holder {
  readonly name: string
  /** What it is in HTML; empty if that has nothing like it. */
  readonly html: string
  readonly unseen: boolean
  /** Stands where text of a document does. */
  readonly told: boolean
  readonly beside: boolean
  /** Characters between its elements. */
  own: number
  holdsField: boolean
  /** How many elements of a name within it hold fields. */
  readonly records: Map<string, number>
}

export function isBeside(name: string, parent: Holder | undefined, inDocument: boolean): boolean {
  return parent?.beside === true || (inDocument && BESIDE.test(name))
}

/** Finds in an XML file what documents have none of: elements with texts that mean nothing without their names, as a price. */
export class FieldsSeen {
  #chars = 0
  #repeated = false

  /** @param inner whether it stands in a section of a document */
  close(own: Holder, parent: Holder | undefined, inner: boolean): void {
    if (parent === undefined) return
    if (isField(own)) {
      this.#chars += own.own
      parent.holdsField = true
    }
    if (!own.holdsField) return
    if (own.html === '') parent.holdsField = true
    // A section may have a remark, and so may the next one.
    if (own.html !== '' && inner) return
    const count = (parent.records.get(own.name) ?? 0) + 1
    parent.records.set(own.name, count)
    if (count > 1) this.#repeated = true
  }

  /** @param all characters of the whole file */
  areRecords(all: number): boolean {
    return this.#repeated || this.#chars >= FIELD_SHARE * all
  }
}

function isField({ html, unseen, told, beside, own, name }: Holder): boolean {
  return html === '' && !unseen && !told && !beside && own > 0 && !INLINE.test(name)
}
