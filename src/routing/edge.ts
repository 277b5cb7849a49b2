/** One arrow: what `from` puts out counts `weight` at `to`. */
export interface Edge {
  readonly from: string
  readonly to: string
  readonly weight: number
}
