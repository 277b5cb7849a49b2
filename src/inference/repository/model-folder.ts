import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { InferenceError } from '../errors.ts'
import type { Digests } from './digests.ts'
import { externalData } from './external-data.ts'
import { assumedCard, filesOf, type ModelCard, readCard } from './model-card.ts'
import { isVersionName } from './names.ts'

/** A model on disk. All of it can be cloned to a worker. */
export interface ModelFolder {
  readonly folder: string
  readonly card: ModelCard
  /**
   * Hex sha256 that identifies the model's version in caches: of `model.onnx` as found, or, if there are several files, of the
   * names and digests of all ONNX and external data files.
   */
  readonly sha256: string
}

/** A version of a model, found but not checked yet. */
export interface VersionFolder {
  readonly folder: string
  readonly version: string
}

export const CARD_FILE = 'model.json'
const UNCARDED_FILES = ['model.onnx', 'tokenizer.json'] as const

/**
 * The versions in a model's folder: the folder itself, if it holds a model, and each subfolder that is named after a
 * version and holds one. `undefined` if there is no such folder.
 */
export async function versionsIn(folder: string): Promise<readonly VersionFolder[] | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined)
  if (entries === undefined) return undefined
  const found: VersionFolder[] = []
  if (entries.some(({ name }) => isModelFile(name))) {
    found.push({ folder, version: await ownVersion(folder) })
  }
  for (const { name } of entries) {
    if (!isVersionName(name)) continue
    const inner = await readdir(join(folder, name)).catch(() => [])
    if (inner.some(isModelFile)) found.push({ folder: join(folder, name), version: name })
  }
  return found
}

/** The card of a version's folder, or the assumed one. @throws InferenceError (`model-unsupported`, `model-damaged`) */
export async function cardIn(folder: string, version?: string): Promise<ModelCard> {
  const path = join(folder, CARD_FILE)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw unreadable(path, error)
  })
  const isVersion = version !== undefined && basename(folder) === version
  if (text === undefined) {
    return isVersion ? assumedCard(basename(join(folder, '..')), version) : assumedCard(basename(folder))
  }
  const card = readCard(text, path)
  if (isVersion && card.version !== version) {
    throw new InferenceError('model-unsupported', `${path} says it is version '${card.version}'`, {
      path: `${path}#version`,
      value: card.version,
      remedy: `Name the folder '${card.version}', or fix the card`,
    })
  }
  return card
}

/**
 * Checks a version's folder and opens it. It checks the card, that every file exists and matches the card, and that no tensors
 * lie outside the folder.
 *
 * Rejects with InferenceError (`model-damaged`, `model-unsupported`).
 */
export async function openFolder(folder: string, digests: Digests, version?: string): Promise<ModelFolder> {
  const card = await cardIn(folder, version)
  const uncarded = Object.keys(card.sha256).length === 0 && card.files === undefined
  const files = uncarded ? UNCARDED_FILES : filesOf(card)
  for (const file of files) await present(folder, file, files)
  const found = new Map<string, string>()
  for (const file of files) found.set(file, await checked(folder, file, card, digests))
  const weights = new Set<string>()
  for (const file of files.filter((name) => name.endsWith('.onnx'))) {
    weights.add(file)
    for (const beside of await digests.externalOf(found.get(file) as string, () => external(folder, file))) {
      if (!found.has(beside)) {
        await present(folder, beside, files)
        found.set(beside, await checked(folder, beside, card, digests))
      }
      weights.add(beside)
    }
  }
  return { folder, card, sha256: identity(weights, found) }
}

function external(folder: string, file: string): Promise<readonly string[]> {
  return externalData(join(folder, file), file)
}

function identity(weights: ReadonlySet<string>, found: ReadonlyMap<string, string>): string {
  const names = weights.size > 0 ? [...weights] : [...found.keys()]
  const [only] = names
  if (names.length === 1 && only !== undefined) return found.get(only) as string
  const hash = createHash('sha256')
  for (const name of names.sort()) hash.update(`${name}:${found.get(name)}\n`)
  return hash.digest('hex')
}

function isModelFile(name: string): boolean {
  return name === CARD_FILE || name === 'model.onnx'
}

/** The card's version. An unreadable card has a version too, so that opening it can say what is wrong. */
async function ownVersion(folder: string): Promise<string> {
  const card = await cardIn(folder).catch(() => undefined)
  return card?.version ?? 'uncarded'
}

async function present(folder: string, file: string, needed: readonly string[]): Promise<void> {
  const path = join(folder, file)
  const entry = await stat(path).catch(() => undefined)
  if (entry?.isFile() && entry.size > 0) return
  throw new InferenceError('model-damaged', `the model folder ${folder} has no usable ${file}`, {
    path,
    remedy: `Use a folder that holds ${needed.join(' and ')}`,
  })
}

async function checked(folder: string, file: string, card: ModelCard, digests: Digests): Promise<string> {
  const path = join(folder, file)
  const found = await digests.of(path).catch((error: unknown) => {
    throw unreadable(path, error)
  })
  const expected = card.sha256[file]
  if (expected !== undefined && expected !== found) throw mismatch(path, expected, found)
  return found
}

/** `model-damaged`: the file differs from its card. */
export function mismatch(path: string, expected: string, found: string): InferenceError {
  return new InferenceError('model-damaged', `${path} is not the file that its card describes`, {
    path,
    value: { expected, found },
    remedy: `Restore it from the model package (sha256 is ${found}, should be ${expected})`,
  })
}

function unreadable(path: string, cause: unknown): InferenceError {
  return new InferenceError('model-damaged', `${path} can't be read: ${String(cause)}`, {
    path,
    remedy: 'Check the permissions of the file and its folder',
    cause,
  })
}
