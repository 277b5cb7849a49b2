/** The cells of a table tell its head. */
export const NOT_TOLD = -1

/** A paragraph of a slide. */
export interface Line {
  readonly text: string
  /** From 0. */
  readonly level: number
  readonly bullet: boolean
}

export interface SlideCell {
  readonly text: string
  readonly columns: number
  readonly rows: number
}

/** A drawing of boxes, or a chart, which stands in another part. */
export interface Drawn {
  readonly part: string
  readonly chart: boolean
}

/** Where a shape stands, in units of which an inch has 914,400. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A shape of a slide with what it shows. */
export interface Shape {
  /** What it is for: "title", "body", "tx" for one without a place in the layout. */
  readonly kind: string
  readonly lines: readonly Line[]
  readonly table?: { readonly head: number; readonly rows: readonly (readonly SlideCell[])[] }
  readonly drawn?: Drawn
  readonly box?: Box
}
