import { readFileSync } from 'node:fs'
import type { Retriever } from '../retrieval/recall.ts'
import type { BlendName } from './blends.ts'

/** What a fit learns: how much each retriever counts, and within `popular` each life of its counts. */
export interface Weights {
  readonly retrievers: Readonly<Record<Retriever, number>>
  /** Of each life of `LIVES_DAYS`. */
  readonly lives: readonly number[]
  /** By blend: the share of users that it showed an item they took later, in the fit. The route begins with it. */
  readonly hits?: Readonly<Record<BlendName, number>>
}

let shipped: Weights | undefined

/** Those that the project fitted; `weights/card.json` says on what. */
export function shippedWeights(): Weights {
  shipped ??= JSON.parse(
    readFileSync(new URL('../weights/movietweetings.json', import.meta.url), 'utf8'),
  ) as Weights
  return shipped
}
