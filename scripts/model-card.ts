// tsx scripts/model-card.ts FOLDER [--name N] [--version V] [--task T] [--licence L] [--source S]: makes a model's card,
// or brings it up to date: checksums and sizes of its files, inputs and outputs as ONNX Runtime sees them.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { InferenceSession } from 'onnxruntime-node'
import { Digests } from '../src/inference/repository/digests.ts'
import { externalData } from '../src/inference/repository/external-data.ts'
import { type ModelCard, readCard, type TensorCard } from '../src/inference/repository/model-card.ts'

type Draft = Partial<ModelCard> & Readonly<Record<string, unknown>>
type Tensors = Readonly<Record<string, TensorCard>>

/** The card of a folder, checked. Arguments come first, then the existing card, then the files. */
export async function cardOf(folder: string, given: Draft = {}): Promise<ModelCard> {
  const path = join(folder, 'model.json')
  const text = await readFile(path, 'utf8').catch(() => '{}')
  const card = { ...(JSON.parse(text) as Draft), ...given }
  const files = await filesIn(folder, card)
  const digests = new Digests()
  const sha256: Record<string, string> = {}
  const bytes: Record<string, number> = {}
  for (const file of files) {
    sha256[file] = await digests.of(join(folder, file))
    bytes[file] = (await stat(join(folder, file))).size
  }
  const embeddings = { pooling: 'mean', normalize: true, maxTokens: 256 }
  const made = {
    name: basename(folder),
    version: '1.0.0',
    task: 'embeddings',
    licence: 'unknown',
    source: 'unknown',
    ...((card.task ?? 'embeddings') === 'embeddings' ? embeddings : {}),
    ...card,
    sha256,
    bytes,
    ...(await tensorsOf(folder, files, card)),
  }
  readCard(JSON.stringify(made), path)
  return made as ModelCard
}

/** The ONNX models with their external data, the tokenizer, and every file named in the card. */
async function filesIn(folder: string, card: Draft): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.onnx') || name === 'tokenizer.json')
  const named = [...Object.keys(card.sha256 ?? {}), ...Object.values(card.files ?? {})]
  const files = new Set([...names, ...named].sort())
  for (const file of [...files].filter((name) => name.endsWith('.onnx'))) {
    for (const beside of await externalData(join(folder, file), file)) files.add(beside)
  }
  return [...files]
}

/** For one model; several have separate inputs, for which a card has no place. */
async function tensorsOf(folder: string, files: readonly string[], card: Draft): Promise<Draft> {
  const [model, ...others] = files.filter((file) => file.endsWith('.onnx'))
  if (model === undefined || others.length > 0) return {}
  const session = await InferenceSession.create(join(folder, model))
  try {
    return {
      inputs: described(session.inputMetadata, card.inputs),
      outputs: described(session.outputMetadata, card.outputs),
    }
  } finally {
    await session.release()
  }
}

function described(values: readonly InferenceSession.ValueMetadata[], known: Tensors = {}): Tensors {
  return Object.fromEntries(
    values.flatMap((value) => {
      if (!value.isTensor) return []
      const shape = value.shape.map((size, i) =>
        typeof size === 'number' && size >= 0
          ? size
          : typeof size === 'string' && size !== ''
            ? size
            : `size${i}`,
      )
      const found: TensorCard = { type: value.type as TensorCard['type'], shape }
      const before = known[value.name]
      return [[value.name, before !== undefined && agrees(before, found) ? before : found]]
    }),
  )
}

/** Hand-written names of sizes are better than the exporter's, so they stay as long as they fit. */
function agrees(before: TensorCard, found: TensorCard): boolean {
  return (
    before.type === found.type &&
    before.shape.length === found.shape.length &&
    before.shape.every((size, i) => typeof found.shape[i] === 'string' || size === found.shape[i])
  )
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { name: text, version: text, task: text, licence: text, source: text },
  })
  const [folder] = positionals
  if (folder === undefined) throw new Error('Pass the folder of a model')
  const card = await cardOf(folder, values)
  await writeFile(join(folder, 'model.json'), `${JSON.stringify(card, null, 2)}\n`)
  process.stdout.write(`${card.name} ${card.version}: ${Object.keys(card.sha256).join(', ')}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
