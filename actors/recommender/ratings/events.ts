/** One user's rating of one item, or any other sign of interest: then `rating` is 1. */
export interface Rating {
  readonly user: string
  readonly item: string
  /** On any scale; more is better. */
  readonly rating: number
  /** Milliseconds since 1970. */
  readonly at: number
}

/** What can be recommended. */
export interface Item {
  readonly id: string
  readonly title: string
  readonly genres: readonly string[]
}
