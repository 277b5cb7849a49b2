import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { InferenceError } from '../errors.ts'
import { assumedCard, type ModelCard, readCard } from './model-card.ts'

/** A model on disk. Everything in it can be cloned to a worker. */
export interface ModelFolder {
  readonly folder: string
  readonly card: ModelCard
  /** Hex sha256 of `model.onnx`, as found: it names the model's version in caches. */
  readonly sha256: string
}

const FILES = ['model.onnx', 'tokenizer.json'] as const

/**
 * Finds models by name: in the given folders, then as an installed package `ganglion-model-NAME` (ours or the
 * program's), then as a folder's own path.
 */
export class ModelRepository {
  readonly #folders: readonly string[]

  constructor(folders: readonly string[] = []) {
    this.#folders = folders
  }

  /** @throws InferenceError (`model-not-found`, `model-damaged`, `model-unsupported`) */
  async find(model: string): Promise<ModelFolder> {
    for (const folder of this.#candidates(model)) {
      if (await isFolder(folder)) return open(folder)
    }
    throw new InferenceError('model-not-found', `there is no model '${model}'`, {
      path: 'model',
      value: model,
      remedy: `Install it with 'npm install ganglion-model-${basename(model)}', or give the folder that holds model.onnx and tokenizer.json (--model DIR)`,
    })
  }

  #candidates(model: string): string[] {
    const isPath = isAbsolute(model) || model.startsWith('.') || model.includes('/') || model.includes('\\')
    if (isPath) return [resolve(model)]
    const installed = [import.meta.url, join(process.cwd(), 'package.json')].flatMap((from) => {
      try {
        return [dirname(createRequire(from).resolve(`ganglion-model-${model}/package.json`))]
      } catch {
        return []
      }
    })
    return [...this.#folders.map((folder) => resolve(folder, model)), ...installed, resolve(model)]
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  )
}

async function open(folder: string): Promise<ModelFolder> {
  for (const file of FILES) {
    const path = join(folder, file)
    const usable = await stat(path).then(
      (entry) => entry.isFile() && entry.size > 0,
      () => false,
    )
    if (!usable) {
      throw new InferenceError('model-damaged', `the model folder ${folder} has no usable ${file}`, {
        path,
        remedy: `Give a folder that holds ${FILES.join(' and ')}`,
      })
    }
  }
  const cardFile = join(folder, 'model.json')
  const cardText = await readFile(cardFile, 'utf8').catch(() => undefined)
  const card = cardText === undefined ? assumedCard(basename(folder)) : readCard(cardText, cardFile)
  let sha256 = ''
  for (const file of FILES) {
    const found = await digest(join(folder, file))
    const expected = card.sha256[file]
    if (expected !== undefined && expected !== found) {
      throw new InferenceError(
        'model-damaged',
        `${join(folder, file)} is not the file that its card describes`,
        {
          path: join(folder, file),
          value: { expected, found },
          remedy: `Restore it from the model package (sha256 is ${found}, should be ${expected})`,
        },
      )
    }
    if (file === 'model.onnx') sha256 = found
  }
  return { folder, card, sha256 }
}

/** Streams the file, so that hashing 20 MB never holds the event loop for long. */
async function digest(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
