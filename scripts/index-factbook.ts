// npm run factbook:index: embeds the bundled documents and writes the index shipped with them.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openCorpus, SHIPPED_INDEX } from '../actors/question-answering/open-corpus.ts'

const docs = fileURLToPath(new URL('../examples/data/factbook', import.meta.url))
const indexDir = join(docs, SHIPPED_INDEX)
await rm(indexDir, { recursive: true, force: true })
const { index, close } = await openCorpus({ docs, indexDir })
await close()
const { files, passages, embedded } = index
process.stdout.write(`${files} documents, ${passages} passages, ${embedded} embedded\n`)
