/** Parts the cells of a row, and the keys above a field. */
export const CELLS = ' · '

/** "Seats: 50": the head of a cell's column, empty where it has none, and the cell's value. */
export function cellOf(cell: string): { readonly head: string; readonly value: string } {
  const [whole = '', head = ''] = /^([^:：]{1,60})[:：]\s+/u.exec(cell) ?? []
  return { head, value: cell.slice(whole.length) }
}

/** "Desk lamp · size · height: 40": what a field belongs to, its key and its value. */
export interface Field {
  readonly path: readonly string[]
  readonly key: string
  readonly value: string
}

/** The field that a statement of a record is; undefined if it begins with no key. */
export function fieldIn(text: string): Field | undefined {
  const [head = '', before = ''] = /^([^:：\n]{1,160})[:：]\s/u.exec(text) ?? []
  if (head === '') return undefined
  const path = before.split(CELLS)
  return { path: path.slice(0, -1), key: path.at(-1) ?? '', value: text.slice(head.length) }
}
