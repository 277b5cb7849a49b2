import { stat, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { InferenceError } from '../../errors.ts'
import { externalData } from '../external-data.ts'
import type { Limits } from '../limits.ts'
import type { ModelCard } from '../model-card.ts'
import { CARD_FILE } from '../model-folder.ts'
import { onDisk } from './disk.ts'
import { download } from './download.ts'
import { addressOf } from './ganglion-layout.ts'
import { type HttpClient, isMissing } from './http-client.ts'
import type { Fetch, HubLayout } from './layout.ts'

const DOCUMENT_BYTES_MAX = 1 << 20
/** Where exporters put the model; the first that exists is used. */
const MODELS = ['onnx/model.onnx', 'model.onnx']
const MAX_TOKENS = 512

const TASKS: readonly [architecture: RegExp, task: string][] = [
  [/ForSequenceClassification$/, 'sequence-classification'],
  [/ForTokenClassification$/, 'token-classification'],
  [/ForQuestionAnswering$/, 'extractive-qa'],
]

type Json = Readonly<Record<string, unknown>>

/**
 * `BASE/ORG/NAME/resolve/REVISION/FILE`, as huggingface.co serves repositories; a version is a branch, tag or commit.
 *
 * The card is made from `config.json` and the files of sentence-transformers. Such a hub publishes no checksums, so the card
 * holds those of the downloaded files: later damage is noticed, a wrong download is not.
 */
export class HuggingFaceLayout implements HubLayout {
  readonly #client: HttpClient
  readonly #base: URL
  readonly #bytesMax: number

  constructor(client: HttpClient, base: URL, bytesMax: number) {
    this.#client = client
    this.#base = base
    this.#bytesMax = bytesMax
  }

  /** It lists no versions: the default is the branch `main`. */
  async versions(name: string, limits: Limits): Promise<readonly string[] | undefined> {
    const text = await this.#client.text(
      this.#address(name, 'main', 'config.json'),
      DOCUMENT_BYTES_MAX,
      limits,
    )
    return text === undefined ? undefined : ['main']
  }

  async fetch(fetch: Fetch): Promise<boolean> {
    const config = await this.#json(fetch, 'config.json')
    if (config === undefined) return false
    const sha256: Record<string, string> = {}
    await this.#download(fetch, 'tokenizer.json', 'tokenizer.json', sha256).catch((error: unknown) => {
      if (!isMissing(error)) throw error
    })
    const model = await this.#model(fetch, sha256)
    for (const beside of await externalData(join(fetch.folder, 'model.onnx'))) {
      await this.#download(fetch, posix.join(posix.dirname(model), beside), beside, sha256)
    }
    const [bert, pooling, modules] = [
      await this.#json(fetch, 'sentence_bert_config.json'),
      await this.#json(fetch, '1_Pooling/config.json'),
      await this.#json(fetch, 'modules.json'),
    ]
    const card = cardOf(fetch, { config, bert, pooling, modules }, sha256)
    const path = join(fetch.folder, CARD_FILE)
    await onDisk(path, writeFile(path, `${JSON.stringify(card, null, 2)}\n`, { flush: true }))
    return true
  }

  async #model(fetch: Fetch, sha256: Record<string, string>): Promise<string> {
    for (const file of MODELS) {
      try {
        await this.#download(fetch, file, 'model.onnx', sha256)
        return file
      } catch (error) {
        if (!isMissing(error)) throw error
      }
    }
    const url = this.#address(fetch.name, fetch.version, '').href
    throw new InferenceError('model-unsupported', `${url} has no ONNX model`, {
      path: url,
      value: MODELS,
      remedy: `Name a model that has one of ${MODELS.join(', ')}`,
    })
  }

  async #download(fetch: Fetch, file: string, as: string, sha256: Record<string, string>): Promise<void> {
    let left = this.#bytesMax
    for (const known of Object.keys(sha256)) left -= (await stat(join(fetch.folder, known))).size
    const target = {
      url: this.#address(fetch.name, fetch.version, file),
      path: join(fetch.folder, as),
      bytesMax: Math.max(0, left),
      onBytes: (bytes: number, total: number | undefined) => fetch.onBytes(as, bytes, total),
    }
    sha256[as] = await download(this.#client, target, fetch.limits)
  }

  async #json({ name, version, limits }: Fetch, file: string): Promise<Json | undefined> {
    const url = this.#address(name, version, file)
    const text = await this.#client.text(url, DOCUMENT_BYTES_MAX, limits)
    if (text === undefined) return undefined
    try {
      return JSON.parse(text) as Json
    } catch (cause) {
      throw new InferenceError('model-damaged', `${url.href} is not JSON`, {
        path: url.href,
        remedy: 'Check hub.baseUrl: something else may answer in its place',
        cause,
      })
    }
  }

  #address(name: string, revision: string, file: string): URL {
    return addressOf(this.#base, name, 'resolve', revision, file)
  }
}

interface Sources {
  readonly config: Json
  readonly bert: Json | undefined
  readonly pooling: Json | undefined
  readonly modules: Json | undefined
}

function cardOf({ name, version }: Fetch, sources: Sources, sha256: Record<string, string>): ModelCard {
  const { config, bert, pooling, modules } = sources
  const [architecture] = Array.isArray(config.architectures) ? (config.architectures as unknown[]) : []
  const task = TASKS.find(([pattern]) => pattern.test(String(architecture)))?.[1] ?? 'embeddings'
  const labels = labelsOf(config.id2label)
  const dimensions = whole(config.hidden_size)
  const isEmbedding = task === 'embeddings'
  return {
    name,
    version,
    task,
    licence: 'unknown',
    source: `${name}, revision ${version}`,
    sha256,
    pooling: !isEmbedding ? 'none' : pooling?.pooling_mode_cls_token === true ? 'cls' : 'mean',
    normalize: isEmbedding && (modules === undefined || JSON.stringify(modules).includes('.Normalize"')),
    maxTokens: whole(bert?.max_seq_length) ?? whole(config.max_position_embeddings) ?? MAX_TOKENS,
    ...(isEmbedding && dimensions !== undefined ? { dimensions } : {}),
    ...(!isEmbedding && labels !== undefined ? { labels } : {}),
  }
}

function whole(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) > 2 ? (value as number) : undefined
}

/** `{ "0": "negative", "1": "positive" }` → the labels by number; undefined unless it is complete. */
function labelsOf(id2label: unknown): readonly string[] | undefined {
  if (typeof id2label !== 'object' || id2label === null) return undefined
  const entries = Object.entries(id2label)
  const labels = entries.map((_, i) => (id2label as Json)[String(i)])
  return labels.length > 0 && labels.every((one) => typeof one === 'string')
    ? (labels as string[])
    : undefined
}
