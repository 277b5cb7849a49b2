/** One arrow: the output of `from` has `weight` at `to`. */
export interface Edge {
  readonly from: string
  readonly to: string
  readonly weight: number
}
