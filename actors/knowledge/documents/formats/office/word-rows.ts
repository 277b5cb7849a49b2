import { runOf, type Tag, tag } from './tags.ts'

/** A row of a table of Word with these texts. */
export function rowOf(cells: readonly string[], head: boolean): Tag {
  const all = cells.map((cell) => tag('w:tc', [tag('w:p', [runOf(cell)])]))
  return tag('w:tr', head ? [tag('w:trPr', [tag('w:tblHeader')]), ...all] : all)
}

/** A row that names its table: one cell across all columns. */
export function rowAcross(paragraph: Tag, columns: number): Tag {
  const across = tag('w:tcPr', [tag('w:gridSpan', [], { 'w:val': String(columns) })])
  return tag('w:tr', [tag('w:tc', [across, paragraph])])
}
