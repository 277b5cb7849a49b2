import type { Document } from '../../text/document.ts'

/** How to read a format. Parsers load with the first file of their format. */
export type Format =
  | {
      readonly kind: 'text'
      readonly declared?: boolean
      read(file: string, text: string): Promise<Document>
    }
  | { readonly kind: 'bytes'; read(file: string, bytes: Uint8Array): Promise<Document> }

const markdown: Format = {
  kind: 'text',
  read: async (file, text) => (await import('./markdown.ts')).readMarkdown(file, text),
}
export const plainText: Format & { kind: 'text' } = {
  kind: 'text',
  read: async (file, text) => (await import('./markdown.ts')).readText(file, text),
}
const html: Format = {
  kind: 'text',
  declared: true,
  read: async (file, text) => (await import('./html.ts')).readHtml(file, text),
}
const json: Format = {
  kind: 'text',
  read: async (file, text) => (await import('./records.ts')).readJson(file, text),
}
const jsonLines: Format = {
  kind: 'text',
  read: async (file, text) => (await import('./records.ts')).readJsonLines(file, text),
}
const yaml: Format = {
  kind: 'text',
  read: async (file, text) => (await import('./records.ts')).readYaml(file, text),
}
const csv: Format = {
  kind: 'text',
  read: async (file, text) => (await import('./csv.ts')).readCsv(file, text),
}
const toml: Format = {
  kind: 'text',
  read: async (file, text) => (await import('./toml.ts')).readToml(file, text),
}
const settings: Format = {
  kind: 'text',
  read: async (file, text) => (await import('./settings.ts')).readSettings(file, text),
}
const xml: Format = {
  kind: 'text',
  declared: true,
  read: async (file, text) => (await import('./xml.ts')).readXml(file, text),
}
const cards: Format = {
  kind: 'text',
  read: async (file, text) => (await import('./cards.ts')).readCards(file, text),
}
const rst: Format = {
  kind: 'text',
  read: async (file, text) => (await import('./outline.ts')).readRst(file, text),
}
const org: Format = {
  kind: 'text',
  read: async (file, text) => (await import('./outline.ts')).readOrg(file, text),
}
const asciiDoc: Format = {
  kind: 'text',
  read: async (file, text) => (await import('./outline.ts')).readAsciiDoc(file, text),
}
const log: Format = {
  kind: 'text',
  read: async (file, text) => (await import('./markdown.ts')).readLines(file, text),
}
const subtitles: Format = {
  kind: 'text',
  read: async (file, text) => (await import('./subtitles.ts')).readSubtitles(file, text),
}
const notebook: Format = {
  kind: 'text',
  read: async (file, text) => (await import('./notebook.ts')).readNotebook(file, text),
}
const mail: Format = {
  kind: 'bytes',
  read: async (file, bytes) => (await import('./mail.ts')).readMail(file, bytes),
}
const docx: Format = {
  kind: 'bytes',
  read: async (file, bytes) => (await import('./docx.ts')).readDocx(file, bytes),
}
const pdf: Format = {
  kind: 'bytes',
  read: async (file, bytes) => (await import('./pdf.ts')).readPdf(file, bytes),
}

/** Formats by file extension; other files are ignored. */
export const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['.md', markdown],
  ['.markdown', markdown],
  ['.txt', plainText],
  ['.text', plainText],
  ['.rst', rst],
  ['.org', org],
  ['.adoc', asciiDoc],
  ['.asciidoc', asciiDoc],
  ['.log', log],
  ['.html', html],
  ['.htm', html],
  ['.xhtml', html],
  ['.json', json],
  ['.jsonl', jsonLines],
  ['.ndjson', jsonLines],
  ['.yaml', yaml],
  ['.yml', yaml],
  ['.csv', csv],
  ['.tsv', csv],
  ['.toml', toml],
  ['.ini', settings],
  ['.cfg', settings],
  ['.conf', settings],
  ['.properties', settings],
  ['.env', settings],
  ['.xml', xml],
  ['.vcf', cards],
  ['.ics', cards],
  ['.eml', mail],
  ['.srt', subtitles],
  ['.vtt', subtitles],
  ['.ipynb', notebook],
  ['.docx', docx],
  ['.pdf', pdf],
])
