import type { Passage } from '../../knowledge/text/passages.ts'
import { type Page, pageOf } from './candidate.ts'

/** Pages kept: those of some twenty questions, a few megabytes. */
const KEPT = 256

/** The passages read last. All readers of a question, and the next question about the same passages, share one reading. */
export class PagesRead {
  readonly #pages = new Map<Passage, Page>()

  of(passage: Passage): Page {
    const page = this.#pages.get(passage) ?? pageOf(passage)
    // The last in the map is the one used last.
    this.#pages.delete(passage)
    this.#pages.set(passage, page)
    if (this.#pages.size > KEPT) this.#pages.delete(this.#pages.keys().next().value as Passage)
    return page
  }
}
