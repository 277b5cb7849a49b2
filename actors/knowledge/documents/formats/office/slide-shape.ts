/** The cells of a table tell its head. */
export const NOT_TOLD = -1

/** A part of a text. */
export interface Run {
  readonly text: string
  readonly struck: boolean
}

/** A text of a slide, with its parts where some are struck out. */
export interface Said {
  readonly text: string
  readonly runs?: readonly Run[]
}

/** A paragraph of a slide. */
export interface Line extends Said {
  /** From 0. */
  readonly level: number
  readonly bullet: boolean
  /** All of it. */
  readonly bold?: boolean
  /** Of its letters, where it says one. */
  readonly size?: number
}

export interface SlideCell extends Said {
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
  /** What the lines are about. */
  readonly head?: Line
  /** A place of the layout for text only, or (false) for any contents. */
  readonly texts?: boolean
  readonly table?: { readonly head: number; readonly rows: readonly (readonly SlideCell[])[] }
  readonly drawn?: Drawn
  readonly box?: Box
  /** The innermost group it is in. */
  readonly group?: number
}
