import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInference, platformKernel } from '../../src/index.ts'
import { type EmbeddingOptions, embeddings } from '../../src/inference/index.ts'

type As = 'query' | 'passage'

/** Rows that are embedded before they are kept: a kill loses no more. */
const CHUNK = 256

/**
 * Sentence vectors for calibration and evaluation scripts, each computed once and kept in a file under the system's
 * temporary folder.
 */
export class Embedder {
  private readonly known = new Map<string, Float32Array>()
  private readonly engine = createInference({ kernel: platformKernel() })
  readonly model: string
  private readonly file: string
  private readonly dimensions: number

  private constructor(model: string, file: string, dimensions: number) {
    this.model = model
    this.file = file
    this.dimensions = dimensions
    if (existsSync(file)) this.load(readFileSync(file))
  }

  /** @param model name or folder of an embedding model. */
  static async open(model: string): Promise<Embedder> {
    const engine = createInference({ kernel: platformKernel(), workers: 1 })
    const { sha256, dimensions = 0 } = await engine.warm(embeddings(model))
    await engine.stop()
    const folder = join(tmpdir(), 'ganglion-calibration')
    mkdirSync(folder, { recursive: true })
    return new Embedder(model, join(folder, `embedder-${sha256.slice(0, 12)}.vectors`), dimensions)
  }

  /** A unit vector for each text, in order. */
  async embed(texts: readonly string[], as: As): Promise<Float32Array[]> {
    const task = embeddings(this.model, { prefix: as } satisfies EmbeddingOptions)
    const missing = [...new Set(texts.filter((text) => !this.known.has(keyOf(text, as))))]
    for (let at = 0; at < missing.length; at += CHUNK) {
      const chunk = missing.slice(at, at + CHUNK)
      const vectors = await this.engine.run(task, chunk)
      chunk.forEach((text, i) => {
        this.keep(keyOf(text, as), vectors[i] as Float32Array)
      })
    }
    return texts.map((text) => this.known.get(keyOf(text, as)) as Float32Array)
  }

  async stop(): Promise<void> {
    await this.engine.stop()
  }

  private keep(key: string, vector: Float32Array): void {
    this.known.set(key, vector)
    appendFileSync(this.file, Buffer.concat([Buffer.from(key, 'hex'), Buffer.from(vector.buffer)]))
  }

  private load(bytes: Buffer): void {
    const row = 16 + this.dimensions * 4
    for (let at = 0; at + row <= bytes.length; at += row) {
      const vector = new Float32Array(this.dimensions)
      Buffer.from(vector.buffer).set(bytes.subarray(at + 16, at + row))
      this.known.set(bytes.toString('hex', at, at + 16), vector)
    }
  }
}

function keyOf(text: string, as: As): string {
  return createHash('md5').update(`${as}\n${text}`).digest('hex')
}
