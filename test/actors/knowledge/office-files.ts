import JSZip from 'jszip'

const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** An archive of these parts. */
export function archiveOf(parts: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const zip = new JSZip()
  for (const [name, text] of Object.entries(parts)) zip.file(name, text)
  return zip.generateAsync({ type: 'uint8array', compression: 'DEFLATE' })
}

/** What a part of a document of Office refers to: kind and target by id. */
export function relationsOf(
  parts: Readonly<Record<string, readonly [kind: string, target: string]>>,
): string {
  const all = Object.entries(parts).map(
    ([id, [kind, target]]) => `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="${RELATIONS}">${all.join('')}</Relationships>`
}

/** A sheet of a workbook: its name and what its part holds. */
export interface SheetPart {
  readonly name: string
  readonly state?: string
  readonly xml: string
}

/** A workbook as programs write it. More parts may come with it, such as `xl/sharedStrings.xml`. */
export function workbookOf(
  sheets: readonly SheetPart[],
  more: Readonly<Record<string, string>> = {},
  properties = '',
): Promise<Uint8Array> {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const list = sheets.map(
    ({ name, state }, i) =>
      `<sheet name="${name}" sheetId="${i + 1}"${state === undefined ? '' : ` state="${state}"`} r:id="s${i + 1}"/>`,
  )
  const parts = sheets.map(({ xml }, i): [string, string] => [
    `xl/worksheets/sheet${i + 1}.xml`,
    `<worksheet xmlns="${main}" xmlns:r="${OFFICE}">${xml}</worksheet>`,
  ])
  const own = sheets.map((_, i) => [`s${i + 1}`, ['worksheet', `worksheets/sheet${i + 1}.xml`]] as const)
  return archiveOf({
    '_rels/.rels': relationsOf({ r1: ['officeDocument', 'xl/workbook.xml'] }),
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${OFFICE}"><workbookPr ${properties}/><sheets>${list.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationsOf({
      ...Object.fromEntries(own),
      strings: ['sharedStrings', 'sharedStrings.xml'],
      styles: ['styles', '/xl/styles.xml'],
    }),
    ...Object.fromEntries(parts),
    ...more,
  })
}

/** The styles of a workbook: the patterns of its formats, each in plain and in bold. Style 0 is general, 1 bold, then two a pattern. */
export function stylesOf(patterns: readonly string[]): string {
  const formats = patterns.map(
    (pattern, i) => `<numFmt numFmtId="${164 + i}" formatCode="${pattern.replaceAll('"', '&quot;')}"/>`,
  )
  const styles = [0, ...patterns.map((_, i) => 164 + i)].flatMap((id) =>
    [0, 1].map((font) => `<xf numFmtId="${id}" fontId="${font}"/>`),
  )
  return `<styleSheet><numFmts>${formats.join('')}</numFmts><fonts><font/><font><b/></font></fonts><cellXfs>${styles.join('')}</cellXfs></styleSheet>`
}

/** Rows of a sheet, one below the other from the first: texts, numbers, and cells that are XML already. */
export function sheetRows(rows: readonly (readonly (string | number | null)[])[], from = 1): string {
  return rows
    .map((cells, i) => {
      const made = cells.map((value, column) => {
        const at = `${String.fromCharCode(65 + column)}${from + i}`
        if (value === null) return ''
        if (typeof value === 'number') return `<c r="${at}"><v>${value}</v></c>`
        return value.startsWith('<')
          ? value.replace('<c', `<c r="${at}"`)
          : `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`
      })
      return cells.length === 0 ? '' : `<row r="${from + i}">${made.join('')}</row>`
    })
    .join('')
}
