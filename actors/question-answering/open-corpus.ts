import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { inTime } from '../../src/inference/calls/in-time.ts'
import { createInference } from '../../src/inference/create-inference.ts'
import { cacheFolder } from '../../src/inference/repository/hub/cache-folder.ts'
import type { ExtractedAnswer, QuestionRow } from '../../src/inference/tasks/question-answering.ts'
import { given } from '../../src/kernel/given.ts'
import type { Kernel } from '../../src/kernel/kernel.ts'
import { Pauses } from '../../src/kernel/pauses.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import type { InferencePort, ModelTask } from '../../src/ports/inference.ts'
import { EventBus } from '../../src/system/dispatch/event-bus.ts'
import { ParseCache } from '../knowledge/documents/parsing/parse-cache.ts'
import { countsOf, type Documents, readFolder } from '../knowledge/documents/read-folder.ts'
import { codeOf } from '../knowledge/documents/walk.ts'
import { buildMatrix } from '../knowledge/index/build-index.ts'
import { type Corpus, corpusOf } from '../knowledge/index/corpus.ts'
import type { Embedding } from '../knowledge/index/embedding.ts'
import { VectorCache } from '../knowledge/index/vector-cache.ts'
import type { Keeping } from '../knowledge/keeping.ts'
import { withoutVectors } from '../knowledge/retrieval/dense-index.ts'
import type { Passage } from '../knowledge/text/passages.ts'
import { isUnspaced } from '../knowledge/text/words.ts'
import type { FolderOptions } from './folder-options.ts'
import type { IndexSummary } from './index-summary.ts'
import { compileSpans } from './reading/spans.ts'
import { CHINESE_EMBEDDER, type Embedder, loadChinese, loadEmbedder, loadReader } from './team-models.ts'

/** Folder of an index shipped with its documents. It is hidden so that it is not read as a document. */
export const SHIPPED_INDEX = '.ganglion'

/** The Chinese passages of a folder, and the model for them if there is one. */
export interface ChineseCorpus {
  readonly corpus: Corpus
  readonly embedding: Embedding | undefined
}

/** An indexed folder, and the engine that embeds questions like its passages. */
export interface OpenCorpus {
  /** All passages that are not Chinese. */
  readonly corpus: Corpus
  /** Those that are; absent where there are none. */
  readonly chinese: ChineseCorpus | undefined
  readonly index: IndexSummary
  readonly kernel: Kernel
  readonly inference: InferencePort
  /** The engine's events, unless it was passed in. */
  readonly events: EventBus
  readonly embedding: Embedding
  /** Name of the embedding model. */
  readonly model: string
  /** The trained reader, if there is one. */
  readonly extraction: ModelTask<QuestionRow, ExtractedAnswer> | undefined
  /** Reads the folder again, and embeds new passages, until the signal. Rejects like `openCorpus`; the engine keeps running. */
  reread(signal?: AbortSignal): Promise<ReadCorpus>
  /** Stops the engine, unless it was passed in. */
  close(): Promise<void>
}

/** The passages of a folder as it is now. */
export type ReadCorpus = Pick<OpenCorpus, 'corpus' | 'chinese' | 'index'>

/**
 * Reads a folder of documents and embeds whatever its index lacks.
 *
 * Rejects with `DocumentsError`, `InferenceError`, or the signal's reason; nothing keeps running then.
 */
export async function openCorpus(options: FolderOptions): Promise<OpenCorpus> {
  const kernel = options.kernel ?? platformKernel()
  const notice = options.onNotice ?? (() => {})
  const events = new EventBus()
  const inference =
    options.inference ??
    createInference({
      kernel,
      events,
      ...given({ workers: options.workers, hub: options.hub }),
    })
  const close = async () => {
    if (options.inference === undefined) await inference.stop()
  }
  try {
    // The workers load the models while this thread reads the documents.
    const warming = loadEmbedder(inference, options.model)
    warming.catch(() => {})
    const reading = loadReader(inference, options.reader, notice)
    reading.catch(() => {})
    compileSpans()
    let chinese: Promise<Embedder | undefined> | undefined
    const forChinese = () => {
      chinese ??= loadChinese(inference, notice)
      return chinese
    }
    const reread = (signal?: AbortSignal) =>
      readCorpus({ kernel, inference, warming, forChinese, notice }, options, signal)
    const read = await reread(options.signal)
    const { embedding, info } = await inTime(kernel, warming, options)
    const extraction = await inTime(kernel, reading, options)
    return { ...read, kernel, inference, events, embedding, model: info.model, extraction, reread, close }
  } catch (error) {
    // Stopping the engine also ends a download that nobody waits for.
    await close()
    options.signal?.throwIfAborted()
    throw error
  }
}

/** Reads the documents, and embeds passages missing in the index. */
async function readCorpus(
  engine: Pick<OpenCorpus, 'kernel' | 'inference'> & {
    readonly warming: Promise<Embedder>
    readonly forChinese: () => Promise<Embedder | undefined>
    readonly notice: (text: string) => void
  },
  options: FolderOptions,
  signal: AbortSignal | undefined,
): Promise<ReadCorpus> {
  const call = given({ signal })
  const { kernel, inference, warming, forChinese, notice } = engine
  const started = kernel.clock.monotonic()
  const pauses = new Pauses(kernel)
  const shipped = join(options.docs, SHIPPED_INDEX)
  const keeping = keepingFor(kernel, notice)
  const documents = await readFolder(options.docs, {
    kernel,
    cache: await ParseCache.open(
      options.indexDir ?? defaultIndexDir(options.docs, 'documents'),
      shipped,
      keeping,
    ),
    ...call,
    ...given({ include: options.include, exclude: options.exclude }),
  })
  tell(documents, notice)
  const { han, others } = await byScript(documents.passages, pauses)
  let embedded = 0
  const indexed = async (passages: readonly Passage[], { embedding, info }: Embedder, below: string) => {
    const identity = { dimensions: info.dimensions ?? 0, modelSha256: info.sha256 }
    const folder =
      options.indexDir === undefined
        ? defaultIndexDir(options.docs, info.sha256)
        : join(options.indexDir, below)
    const cache = await VectorCache.open(folder, identity, { shipped: join(shipped, below), ...keeping })
    const built = await buildMatrix(passages, cache, {
      inference,
      task: embedding.passage,
      dimensions: identity.dimensions,
      clock: kernel.clock,
      pauses,
      ...call,
      ...given({ onProgress: options.onProgress }),
    }).finally(() => cache.close())
    embedded += built.embedded
    return corpusOf(passages, built.matrix, pauses)
  }
  const corpus = await indexed(others, await inTime(kernel, warming, call), '')
  const ofChinese = async (): Promise<ChineseCorpus> => {
    const embedder = await inTime(kernel, forChinese(), call)
    return embedder === undefined
      ? { corpus: await corpusOf(han, withoutVectors(han.length), pauses), embedding: undefined }
      : { corpus: await indexed(han, embedder, CHINESE_EMBEDDER), embedding: embedder.embedding }
  }
  const chinese = han.length === 0 ? undefined : await ofChinese()
  return {
    corpus,
    chinese,
    index: {
      files: documents.files,
      passages: documents.passages.length,
      embedded,
      skipped: documents.skipped,
      unread: Object.fromEntries(documents.unread),
      indexMs: kernel.clock.monotonic() - started,
    },
  }
}

/** The passages in scripts without spaces between words, and the others. */
async function byScript(passages: readonly Passage[], pauses: Pauses) {
  const han: Passage[] = []
  const others: Passage[] = []
  for (const passage of passages) {
    if (pauses.due) await pauses.take()
    const own = isUnspaced(passage.text) ? han : others
    own.push(passage)
  }
  return { han, others }
}

/** Reports an index that can't be stored once, for its vectors and its passages together. */
function keepingFor(kernel: Kernel, notice: (text: string) => void): Keeping {
  let said = false
  return {
    notice,
    pauses: new Pauses(kernel),
    unique: () => kernel.ids.unique(),
    now: () => kernel.clock.now(),
    unwritable: (folder, error) => {
      if (said) return
      said = true
      const remedy =
        'free that disk, make the folder writable, or use another one: --index DIR (indexDir in code)'
      notice(
        `the index can't be stored in ${folder} (${codeOf(error)}) and will be made again; to keep it, ${remedy}`,
      )
    },
  }
}

/** Skipped files listed individually. */
const NAMED_MAX = 20

/** Files that were not read, and why. */
function tell({ skipped, asides, unread }: Documents, notice: (text: string) => void): void {
  for (const { file, reason } of skipped.slice(0, NAMED_MAX)) notice(`skipped ${file}: ${reason}`)
  if (skipped.length > NAMED_MAX) notice(`skipped ${skipped.length - NAMED_MAX} more`)
  for (const { file, reason } of asides.slice(0, NAMED_MAX)) notice(`${file}: ${reason}`)
  if (unread.size === 0) return
  notice(`not read: ${countsOf(unread)}`)
}

/** One folder per pair of documents and stored data (a model's vectors), named by hash, in the platform's cache folder. */
export function defaultIndexDir(docs: string, of: string): string {
  const name = createHash('sha256')
    .update(`${resolve(docs)}\n${of}`)
    .digest('hex')
    .slice(0, 24)
  return join(cacheFolder(), 'ganglion', name)
}
