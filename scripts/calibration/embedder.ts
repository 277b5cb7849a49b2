import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Tokenizer } from '@huggingface/tokenizers'
import { InferenceSession, Tensor } from 'onnxruntime-node'

const MODEL = fileURLToPath(new URL('../../models/all-minilm-l6-v2/', import.meta.url))
const DIMENSIONS = 384
const TOKENS_MAX = 256
const BATCH = 16
const SEPARATOR = 102

/**
 * Sentence vectors for calibration and evaluation scripts. Each is computed once and stored in a file under the system's
 * temporary folder: one thread, mean pooling, unit length.
 */
export class Embedder {
  private readonly known = new Map<string, Float32Array>()
  private readonly file: string
  private readonly session: InferenceSession
  private readonly tokenizer: Tokenizer

  private constructor(session: InferenceSession, tokenizer: Tokenizer, file: string) {
    this.session = session
    this.tokenizer = tokenizer
    this.file = file
    if (existsSync(file)) this.load(readFileSync(file))
  }

  static async open(): Promise<Embedder> {
    const session = await InferenceSession.create(join(MODEL, 'model.onnx'), {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
    })
    const tokenizer = new Tokenizer(JSON.parse(readFileSync(join(MODEL, 'tokenizer.json'), 'utf8')), {})
    const folder = join(tmpdir(), 'ganglion-calibration')
    mkdirSync(folder, { recursive: true })
    return new Embedder(session, tokenizer, join(folder, 'all-minilm-l6-v2.vectors'))
  }

  /** A unit vector for each text, in order. */
  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    const missing = [...new Set(texts.filter((text) => !this.known.has(keyOf(text))))]
    const encoded = missing.map((text) => ({ text, ids: this.encode(text) }))
    // Equal lengths share a batch, to keep padding small.
    encoded.sort((a, b) => a.ids.length - b.ids.length)
    for (let at = 0; at < encoded.length; at += BATCH) {
      const batch = encoded.slice(at, at + BATCH)
      const vectors = await this.run(batch.map((one) => one.ids))
      batch.forEach((one, i) => {
        this.keep(keyOf(one.text), vectors[i] as Float32Array)
      })
    }
    return texts.map((text) => this.known.get(keyOf(text)) as Float32Array)
  }

  private encode(text: string): number[] {
    const { ids } = this.tokenizer.encode(text)
    return ids.length > TOKENS_MAX ? [...ids.slice(0, TOKENS_MAX - 1), SEPARATOR] : ids
  }

  private async run(rows: readonly number[][]): Promise<Float32Array[]> {
    const width = Math.max(...rows.map((row) => row.length))
    const dims = [rows.length, width]
    const ids = new BigInt64Array(rows.length * width)
    const mask = new BigInt64Array(rows.length * width)
    rows.forEach((row, r) => {
      row.forEach((id, c) => {
        ids[r * width + c] = BigInt(id)
        mask[r * width + c] = 1n
      })
    })
    const output = await this.session.run({
      input_ids: new Tensor('int64', ids, dims),
      attention_mask: new Tensor('int64', mask, dims),
      token_type_ids: new Tensor('int64', new BigInt64Array(rows.length * width), dims),
    })
    const hidden = Object.values(output)[0]?.data as Float32Array
    return rows.map((row, r) => pooled(hidden.subarray(r * width * DIMENSIONS), row.length))
  }

  private keep(key: string, vector: Float32Array): void {
    this.known.set(key, vector)
    appendFileSync(this.file, Buffer.concat([Buffer.from(key, 'hex'), Buffer.from(vector.buffer)]))
  }

  private load(bytes: Buffer): void {
    const row = 16 + DIMENSIONS * 4
    for (let at = 0; at + row <= bytes.length; at += row) {
      const vector = new Float32Array(DIMENSIONS)
      Buffer.from(vector.buffer).set(bytes.subarray(at + 16, at + row))
      this.known.set(bytes.toString('hex', at, at + 16), vector)
    }
  }
}

function pooled(hidden: Float32Array, tokens: number): Float32Array {
  const vector = new Float32Array(DIMENSIONS)
  for (let token = 0; token < tokens; token += 1) {
    for (let d = 0; d < DIMENSIONS; d += 1) {
      vector[d] = (vector[d] as number) + (hidden[token * DIMENSIONS + d] as number)
    }
  }
  const length = Math.hypot(...vector) || 1
  return vector.map((value) => value / length)
}

function keyOf(text: string): string {
  return createHash('md5').update(text).digest('hex')
}
