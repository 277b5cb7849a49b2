import { loadInTurn } from '../../../../src/kernel/load-in-turn.ts'
import type { Document } from '../../text/document.ts'

/** How to read a format. Parsers load with the first file of their format. */
export type Format =
  | {
      readonly kind: 'text'
      readonly declared?: boolean
      read(file: string, text: string): Promise<Document>
    }
  | {
      readonly kind: 'bytes'
      /** It may bring other files along, without which it is read soon. */
      readonly attaches?: boolean
      read(file: string, bytes: Uint8Array): Promise<Document>
    }

/** The modules of the parsers. Each loads with the first file that needs it. */
const MODULES = {
  markdown: () => import('./markdown.ts'),
  html: () => import('./html.ts'),
  records: () => import('./records.ts'),
  'yaml-files': () => import('./yaml-files.ts'),
  csv: () => import('./csv.ts'),
  toml: () => import('./toml.ts'),
  settings: () => import('./settings.ts'),
  directives: () => import('./directives.ts'),
  commands: () => import('./commands.ts'),
  sql: () => import('./sql.ts'),
  xml: () => import('./xml.ts'),
  cards: () => import('./cards.ts'),
  outline: () => import('./outline.ts'),
  org: () => import('./org.ts'),
  latex: () => import('./latex.ts'),
  bibliography: () => import('./bibliography.ts'),
  'field-logs': () => import('./field-logs.ts'),
  subtitles: () => import('./subtitles.ts'),
  owners: () => import('./owners.ts'),
  'log-entries': () => import('./log-entries.ts'),
  notebook: () => import('./notebook.ts'),
  mail: () => import('./mail.ts'),
  mailbox: () => import('./mailbox.ts'),
  pdf: () => import('./pdf.ts'),
  'office/word': () => import('./office/word.ts'),
  'office/workbook': () => import('./office/workbook.ts'),
  'office/presentation': () => import('./office/presentation.ts'),
  'office/open-document': () => import('./office/open-document.ts'),
  'office/book': () => import('./office/book.ts'),
} as const

/** Their imports are opened one after the other: some have more files than a process may open at once (`ulimit -n 64`). */
function load<K extends keyof typeof MODULES>(name: K): ReturnType<(typeof MODULES)[K]> {
  loadInTurn(new URL(`./${name}.js`, import.meta.url))
  return MODULES[name]() as ReturnType<(typeof MODULES)[K]>
}

const markdown: Format = {
  kind: 'text',
  read: async (file, text) => (await load('markdown')).readMarkdown(file, text),
}
export const plainText: Format & { kind: 'text' } = {
  kind: 'text',
  read: async (file, text) => (await load('markdown')).readText(file, text),
}
/** A file without an extension may be Markdown or not. */
export const prose: Format = {
  kind: 'text',
  read: async (file, text) => (await load('markdown')).readProse(file, text),
}
const html: Format = {
  kind: 'text',
  declared: true,
  read: async (file, text) => (await load('html')).readHtml(file, text),
}
const json: Format = {
  kind: 'text',
  read: async (file, text) => (await load('records')).readJson(file, text),
}
const jsonLines: Format = {
  kind: 'text',
  read: async (file, text) => (await load('records')).readJsonLines(file, text),
}
const yaml: Format = {
  kind: 'text',
  read: async (file, text) => (await load('yaml-files')).readYamlFile(file, text),
}
const csv: Format = {
  kind: 'text',
  read: async (file, text) => (await load('csv')).readCsv(file, text),
}
export const toml: Format = {
  kind: 'text',
  read: async (file, text) => (await load('toml')).readToml(file, text),
}
export const settings: Format = {
  kind: 'text',
  read: async (file, text) => (await load('settings')).readSettings(file, text),
}
export const directives: Format = {
  kind: 'text',
  read: async (file, text) => (await load('directives')).readDirectives(file, text),
}
export const dockerfile: Format = {
  kind: 'text',
  read: async (file, text) => (await load('commands')).readDockerfile(file, text),
}
export const makefile: Format = {
  kind: 'text',
  read: async (file, text) => (await load('commands')).readMakefile(file, text),
}
export const hostOptions: Format = {
  kind: 'text',
  read: async (file, text) => (await load('commands')).readHostOptions(file, text),
}
export const commands: Format = {
  kind: 'text',
  read: async (file, text) => (await load('commands')).readCommands(file, text),
}
export const owners: Format = {
  kind: 'text',
  read: async (file, text) => (await load('owners')).readOwners(file, text),
}
const sql: Format = {
  kind: 'text',
  read: async (file, text) => (await load('sql')).readSql(file, text),
}
const xml: Format = {
  kind: 'text',
  declared: true,
  read: async (file, text) => (await load('xml')).readXmlFile(file, text),
}
const cards: Format = {
  kind: 'text',
  read: async (file, text) => (await load('cards')).readCards(file, text),
}
const rst: Format = {
  kind: 'text',
  read: async (file, text) => (await load('outline')).readRst(file, text),
}
const org: Format = {
  kind: 'text',
  read: async (file, text) => (await load('org')).readOrg(file, text),
}
const asciiDoc: Format = {
  kind: 'text',
  read: async (file, text) => (await load('outline')).readAsciiDoc(file, text),
}
const latex: Format = {
  kind: 'text',
  read: async (file, text) => (await load('latex')).readLatex(file, text),
}
const bibliography: Format = {
  kind: 'text',
  read: async (file, text) => (await load('bibliography')).readBibliography(file, text),
}
const log: Format = {
  kind: 'text',
  read: async (file, text) =>
    (await load('field-logs')).readFieldLog(file, text) ?? (await load('log-entries')).readLog(file, text),
}
const subtitles: Format = {
  kind: 'text',
  read: async (file, text) => (await load('subtitles')).readSubtitles(file, text),
}
const notebook: Format = {
  kind: 'text',
  read: async (file, text) => (await load('notebook')).readNotebook(file, text),
}
const mail: Format = {
  kind: 'bytes',
  attaches: true,
  read: async (file, bytes) => (await load('mail')).readMail(file, bytes),
}
const mailbox: Format = {
  kind: 'bytes',
  attaches: true,
  read: async (file, bytes) => (await load('mailbox')).readMailbox(file, bytes),
}
const docx: Format = {
  kind: 'bytes',
  read: async (file, bytes) => (await load('office/word')).readDocx(file, bytes),
}
const pdf: Format = {
  kind: 'bytes',
  read: async (file, bytes) => (await load('pdf')).readPdf(file, bytes),
}
const xlsx: Format = {
  kind: 'bytes',
  read: async (file, bytes) => (await load('office/workbook')).readXlsx(file, bytes),
}
const pptx: Format = {
  kind: 'bytes',
  read: async (file, bytes) => (await load('office/presentation')).readPptx(file, bytes),
}
const ods: Format = {
  kind: 'bytes',
  read: async (file, bytes) => (await load('office/open-document')).readOds(file, bytes),
}
const odt: Format = {
  kind: 'bytes',
  read: async (file, bytes) => (await load('office/open-document')).readOdt(file, bytes),
}
const epub: Format = {
  kind: 'bytes',
  read: async (file, bytes) => (await load('office/book')).readEpub(file, bytes),
}

/** Formats by file extension. @see formatOf, which knows whole names too */
export const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['.md', markdown],
  ['.markdown', markdown],
  ['.mkd', markdown],
  ['.mdown', markdown],
  ['.mdx', markdown],
  ['.qmd', markdown],
  ['.rmd', markdown],
  ['.txt', plainText],
  ['.text', plainText],
  ['.rst', rst],
  ['.org', org],
  ['.adoc', asciiDoc],
  ['.asciidoc', asciiDoc],
  ['.tex', latex],
  ['.latex', latex],
  ['.bib', bibliography],
  ['.log', log],
  ['.html', html],
  ['.htm', html],
  ['.xhtml', html],
  ['.json', json],
  ['.geojson', json],
  ['.jsonc', json],
  ['.webmanifest', json],
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
  ['.cnf', settings],
  ['.cf', settings],
  ['.local', settings],
  ['.tfvars', settings],
  ['.tf', directives],
  ['.hcl', directives],
  ['.nomad', directives],
  ['.repo', settings],
  ['.desktop', settings],
  ['.service', settings],
  ['.timer', settings],
  ['.socket', settings],
  ['.mount', settings],
  ['.automount', settings],
  ['.target', settings],
  ['.network', settings],
  ['.netdev', settings],
  ['.dockerfile', dockerfile],
  ['.mk', makefile],
  ['.sql', sql],
  ['.xml', xml],
  ['.gpx', xml],
  ['.kml', xml],
  ['.rss', xml],
  ['.atom', xml],
  ['.opml', xml],
  ['.docbook', xml],
  ['.dbk', xml],
  ['.dita', xml],
  ['.vcf', cards],
  ['.ics', cards],
  ['.eml', mail],
  ['.mbox', mailbox],
  ['.srt', subtitles],
  ['.vtt', subtitles],
  ['.ipynb', notebook],
  ['.docx', docx],
  ['.pdf', pdf],
  ['.xlsx', xlsx],
  ['.xlsm', xlsx],
  ['.pptx', pptx],
  ['.ods', ods],
  ['.odt', odt],
  ['.epub', epub],
])
