import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Files under the repository's root. */
export const inRepository = (path: string): string =>
  fileURLToPath(new URL(`../../../${path}`, import.meta.url))

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
