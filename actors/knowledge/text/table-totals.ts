/** "Grand total" says that it is of all groups, "Total" may be of one. */
const OF_ALL =
  /^(?:(?:grand|overall|project) total|total (?:of )?all|gesamtsumme|gesamtbetrag|total général)\b/iu
const TOTAL =
  /^(?:total|sum|summe|gesamt|insgesamt|somme|totale|totaal)(?: (?:amount|costs?|due|eur|gross|hours|incl|excl|net|overall|price|sum|usd|gbp|vat)\b.{0,20}| ?\(.{0,30})?[:：]?$/iu

/** Which rows of a table with groups are the totals of all of them. */
export class Totals {
  readonly #known = new Set<string>()
  #groups = 0

  group(): void {
    this.#groups += 1
  }

  /** Where every group has its "Total", the last one is that of the last group. */
  isOfAll(name: string): boolean {
    if (this.#groups === 0) return false
    if (OF_ALL.test(name)) return true
    if (!TOTAL.test(name)) return false
    const own = name.toLowerCase()
    if (this.#known.has(own)) return false
    this.#known.add(own)
    return this.#groups > 1
  }
}
