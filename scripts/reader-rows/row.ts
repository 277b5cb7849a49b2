/** One passage of a question as the trained reader is given it; without answers it is one that does not answer. */
export interface ReaderRow {
  readonly source: string
  /** What is held out together: a folder, a table, an article. */
  readonly group: string
  /** The question's, where its text alone does not tell it from others. */
  readonly id?: string
  readonly question: string
  readonly context: string
  /** [offset in the context, text] */
  readonly answers: readonly (readonly [number, string])[]
}
