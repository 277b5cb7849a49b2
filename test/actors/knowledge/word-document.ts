import JSZip from 'jszip'
import { archiveOf, relationsOf } from './office-files.ts'

const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const MAIN = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
const TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'
const STYLES_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml'

/** A Word document that holds one table. */
export function wordDocument(rows: readonly (readonly string[])[]): Promise<Uint8Array> {
  const cell = (text: string) => `<w:tc><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:tc>`
  const table = rows.map((row) => `<w:tr>${row.map(cell).join('')}</w:tr>`).join('')
  return packed(`<w:tbl>${table}</w:tbl>`)
}

/** A Word document of paragraphs, each in a style. */
export function wordParagraphs(
  all: readonly (readonly [style: string, text: string])[],
): Promise<Uint8Array> {
  const names = [...new Set(all.map(([style]) => style))]
  const id = (style: string) => style.replace(/ /gu, '')
  const styles = names.map(
    (name) => `<w:style w:type="paragraph" w:styleId="${id(name)}"><w:name w:val="${name}"/></w:style>`,
  )
  const body = all.map(
    ([style, text]) =>
      `<w:p><w:pPr><w:pStyle w:val="${id(style)}"/></w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`,
  )
  return packed(body.join(''), styles.join(''))
}

function packed(content: string, styles = ''): Promise<Uint8Array> {
  const zip = new JSZip()
  zip.file(
    '[Content_Types].xml',
    `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${TYPE}"/><Override PartName="/word/styles.xml" ContentType="${STYLES_TYPE}"/></Types>`,
  )
  zip.file(
    '_rels/.rels',
    `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>`,
  )
  zip.file(
    'word/_rels/document.xml.rels',
    `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  )
  zip.file('word/document.xml', `<w:document xmlns:w="${MAIN}"><w:body>${content}</w:body></w:document>`)
  zip.file('word/styles.xml', `<w:styles xmlns:w="${MAIN}">${styles}</w:styles>`)
  return zip.generateAsync({ type: 'uint8array' })
}

/** The namespaces of a part of a Word document. */
export const W =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
export const run = (text: string) => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`
export const p = (inner: string, style = '') =>
  `<w:p>${style === '' ? '' : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}${inner}</w:p>`
const kind = (name: string) => `application/vnd.openxmlformats-officedocument.wordprocessingml.${name}+xml`

/** A Word document with this body, and parts besides it by their kind. */
export function wordOf(body: string, besides: Readonly<Record<string, string>> = {}): Promise<Uint8Array> {
  const names = Object.keys(besides)
  const types = names.map(
    (name) => `<Override PartName="/word/${name}.xml" ContentType="${kind(name.replace(/\d+$/u, ''))}"/>`,
  )
  return archiveOf({
    '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${kind('document.main')}"/>${types.join('')}</Types>`,
    '_rels/.rels': relationsOf({ r1: ['officeDocument', 'word/document.xml'] }),
    'word/document.xml': `<w:document ${W}><w:body>${body}</w:body></w:document>`,
    'word/_rels/document.xml.rels': relationsOf(
      Object.fromEntries(names.map((name) => [name, [name.replace(/\d+$/u, ''), `${name}.xml`]])),
    ),
    ...Object.fromEntries(names.map((name) => [`word/${name}.xml`, besides[name] ?? ''])),
  })
}
