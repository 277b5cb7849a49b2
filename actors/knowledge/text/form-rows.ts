import type { TableCell } from 'mdast'
import { clip } from './clip.ts'
import { noted } from './document.ts'
import { isOfLabelPairs } from './field-labels.ts'
import { fieldsInCells, isOfLabelRows } from './label-cells.ts'
import { fieldText, isNameAcross, onLine, type Read, type RowText, rowTexts } from './row-texts.ts'
import { isForm } from './table-heads.ts'

/** The fields of a form that has several on a row, or a name of several rows beside them, where the table marks nothing. */
export function formRows(all: readonly Read[]): RowText[] | undefined {
  // The tree of a table without a head row has an empty one.
  const rows = all.filter(({ cells }) => cells.some((text) => text !== ''))
  const cells = rows.flatMap(({ row }) => row.children)
  const marks = new Set(cells.map((cell) => noted(cell).head))
  if (rows.length > FORM_ROWS_MAX || marks.has(true)) return undefined
  const labelled = labelledRows(rows)
  if (labelled !== undefined || !marks.has(false)) return labelled
  if (isForm(rows.map((row) => row.cells)) || isOfLabelPairs(withoutNames(rows))) return fieldRows(rows)
  if (!cells.some((cell) => (noted(cell).rows ?? 1) > 1)) return undefined
  const sides = rows.map(({ row }) => noted(row.children[0] as TableCell).rows ?? 1)
  if (rows.some(({ cells: own }) => own.length !== 3 || own[1] === '') || sides[0] === 1) return undefined
  // "Plant", "2023" above "Plan", "Actual" is a head.
  if ((noted(rows[0]?.row.children[1] as TableCell).columns ?? 1) > 1) return undefined
  let group = ''
  return rows.map(({ cells: [side = '', label = '', value = ''], line }) => {
    if (side !== '') group = clip(side)
    return { plain: onLine(fieldText(label, value), line), group }
  })
}

const FORM_ROWS_MAX = 200

function withoutNames(rows: readonly Read[]): (readonly string[])[] {
  return rows.filter(({ row }) => !isNameAcross(row)).map(({ cells }) => cells)
}

/** A row across all columns names those below it: "1. Traveller". */
function fieldRows(rows: readonly Read[]): RowText[] {
  let group = ''
  return rows.flatMap(({ row, cells, line }, at) => {
    const next = rows[at + 1]
    if (isNameAcross(row) && next !== undefined && !isNameAcross(next.row)) {
      group = clip(cells.find((text) => text !== '') ?? '')
      return []
    }
    return cells.flatMap((label, i) =>
      i % 2 > 0 || label === '' ? [] : [{ plain: onLine(fieldText(label, cells[i + 1] ?? ''), line), group }],
    )
  })
}

/** The fields of a form whose labels stand above their values: in one cell, or in a row of their own. */
function labelledRows(rows: readonly Read[]): RowText[] | undefined {
  const texts = rows.map(({ cells }) => cells)
  const fields = fieldsInCells(texts)
  if (fields !== undefined)
    return fields.flatMap((own, i) =>
      own.map(({ label, value }) => ({ plain: onLine(`${label}: ${value}`, rows[i]?.line ?? 1), group: '' })),
    )
  if (!isOfLabelRows(texts)) return undefined
  return rows.flatMap(({ cells: labels, line }, i) =>
    i % 2 > 0
      ? []
      : rowTexts(
          labels.map((text) => text.replace(/[:：]$/u, '')),
          texts[i + 1] ?? [],
        ).map((text) => ({ plain: onLine(text, line), group: '' })),
  )
}
