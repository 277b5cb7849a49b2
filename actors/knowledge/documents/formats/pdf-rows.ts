import type { Line } from './pdf-lines.ts'

/** A cell: its text, the font that it begins in, and how many columns and rows it spans if several. */
export interface PdfCell {
  text: string
  font?: string
  readonly columns?: number
  readonly rows?: number
}

export interface PdfRow {
  readonly cells: PdfCell[]
  line: Line
}

/** Where a table stands on its page, in points from the lower left: its columns from left to right, its upper and its lower end. */
export interface Place {
  readonly columns: readonly { readonly left: number; readonly right: number }[]
  readonly top: number
  readonly bottom: number
}
