import type { HubOptions } from '../../src/inference/repository/hub/model-hub.ts'
import { aFilledText, aFunction, demand, flag, methods, names } from '../../src/kernel/demand.ts'
import type { Kernel } from '../../src/kernel/kernel.ts'
import { onlyOptions } from '../../src/kernel/only-options.ts'
import { wholeNumber } from '../../src/kernel/whole-number.ts'
import type { InferencePort } from '../../src/ports/inference.ts'
import type { IndexProgress } from '../knowledge/index/build-index.ts'

/** The folder, its model, and where to store its index. */
export interface FolderOptions {
  /** A folder of documents (Markdown, text, HTML, JSON, YAML, CSV, Word, PDF and others), or one file. */
  readonly docs: string
  /** Read only files that match one of these patterns, as in `.gitignore` (`*.md`, `guides/`). */
  readonly include?: readonly string[]
  /** Read no file that matches one of these patterns. */
  readonly exclude?: readonly string[]
  /** Folder for vectors. Default: the user's cache folder, separate for each `docs`. */
  readonly indexDir?: string
  /**
   * Name of an embedding model, or a folder with model.onnx and tokenizer.json. Default: `e5-small-v2`, or, if that is not
   * installed, `all-minilm-l6-v2`, which takes half the time and finds less.
   */
  readonly model?: string
  /**
   * Name or folder of a trained reader (`questionAnswering` models), or false for none. Default: `e5-squad-reader`, if
   * installed or available from `hub`.
   */
  readonly reader?: string | false
  /** Where to get models that are not installed. Ignored with a given engine. */
  readonly hub?: HubOptions
  readonly workers?: number
  /** Most questions in flight; more are refused (`pipeline-full`). Default: the pipeline's. */
  readonly maxInFlight?: number
  /** Read the folder again whenever something in it changes. Default: only on `refresh`. */
  readonly watch?: boolean
  readonly kernel?: Kernel
  /** A running engine to share. Default: a new one, stopped with the team. */
  readonly inference?: InferencePort
  /** Ends the opening; once the folder is open it does nothing more. */
  readonly signal?: AbortSignal
  /** Called while passages are embedded. */
  readonly onProgress?: (progress: IndexProgress) => void
  /** Called for notable events that are not errors: skipped files, an index that is rebuilt. */
  readonly onNotice?: (text: string) => void
}

const FOLDER_OPTIONS = [
  'docs',
  'include',
  'exclude',
  'indexDir',
  'model',
  'reader',
  'hub',
  'workers',
  'maxInFlight',
  'watch',
  'kernel',
  'inference',
  'signal',
  'onProgress',
  'onNotice',
] as const satisfies readonly (keyof FolderOptions)[]

/** @throws InvalidArgumentError (`invalid-argument`) naming the option that is missing, unknown or of the wrong kind. */
export function checkFolder(options: FolderOptions): void {
  onlyOptions(options ?? null, 'openFolder', FOLDER_OPTIONS)
  const { docs, include, exclude, indexDir, model, reader, workers, maxInFlight, watch } = options
  const { kernel, inference, signal, onProgress, onNotice } = options
  aFilledText(docs, 'openFolder.docs', 'the path of a folder or file')
  if (include !== undefined) names(include, 'openFolder.include')
  if (exclude !== undefined) names(exclude, 'openFolder.exclude')
  if (indexDir !== undefined) aFilledText(indexDir, 'openFolder.indexDir', 'the path of a folder')
  if (model !== undefined) aFilledText(model, 'openFolder.model', 'the name or folder of a model')
  if (reader !== undefined && reader !== false)
    aFilledText(reader, 'openFolder.reader', 'the name or folder of a model, or false')
  if (workers !== undefined) wholeNumber(workers, 'openFolder.workers')
  if (maxInFlight !== undefined) wholeNumber(maxInFlight, 'openFolder.maxInFlight')
  flag(watch, 'openFolder.watch')
  if (kernel !== undefined)
    demand(
      kernel,
      'openFolder.kernel',
      'a kernel, such as platformKernel()',
      ({ clock }) => typeof clock.monotonic === 'function',
    )
  if (inference !== undefined)
    methods(inference, 'openFolder.inference', 'an engine of createInference', ['run', 'warm'])
  if (signal !== undefined)
    methods(signal, 'openFolder.signal', 'an AbortSignal', ['addEventListener', 'throwIfAborted'])
  if (onProgress !== undefined) aFunction(onProgress, 'openFolder.onProgress')
  if (onNotice !== undefined) aFunction(onNotice, 'openFolder.onNotice')
}
