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
