/** Where the durable actors of a system live: a journal, opened with `openJournal` of `ganglion/journal`. */
export interface DurableHome {
  /** The folder, absolute. */
  readonly path: string
  /** For the system alone. */
  readonly '~attach': (runtime: object) => object
}
