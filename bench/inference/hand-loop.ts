/**
 * A skilled programmer's version: worker threads, each with a session of one thread, texts sorted by length, the best
 * size of each length (known beforehand), mean pooling. It queues nothing, knows no deadlines, and loses everything on a throw.
 */
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { MINILM, tokenizer } from './texts.ts'

/** Largest batch by token count: `[tokens, rows]`, ascending. */
export type Sizes = readonly (readonly [tokens: number, rows: number])[]

/** Starts `threads` workers; `run` resolves when all texts are embedded. */
export async function handLoop(threads: number, sizes: Sizes) {
  const workers = await Promise.all(
    Array.from({ length: threads }, async () => {
      // A worker's entry must be JavaScript on Node 20: it registers the loader, then imports this file.
      const entry = `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(import.meta.url)})))`
      const worker = new Worker(entry, { eval: true, workerData: { sizes } })
      await new Promise((resolve) => worker.once('message', resolve))
      return worker
    }),
  )
  return {
    async run(texts: readonly string[]): Promise<void> {
      await Promise.all(
        workers.map(
          (worker, i) =>
            new Promise((resolve) => {
              worker.once('message', resolve)
              worker.postMessage(texts.filter((_, at) => at % workers.length === i))
            }),
        ),
      )
    },
    stop: () => Promise.all(workers.map((worker) => worker.terminate())),
  }
}

async function serve(sizes: Sizes): Promise<void> {
  const tokens = tokenizer()
  const session = await InferenceSession.create(`${MINILM}/model.onnx`, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
  })
  parentPort?.on('message', async (texts: string[]) => {
    const rows = texts
      .map((text) => tokens.encode(text).ids.slice(0, 256))
      .sort((a, b) => a.length - b.length)
    const vectors: Float32Array[] = []
    for (let at = 0; at < rows.length; ) {
      const length = (rows[at] as number[]).length
      const size = sizes.find(([most]) => length <= most)?.[1] ?? 1
      vectors.push(...(await embed(session, rows.slice(at, at + size))))
      at += size
    }
    parentPort?.postMessage(
      vectors,
      vectors.map((vector) => vector.buffer as ArrayBuffer),
    )
  })
  parentPort?.postMessage('ready')
}

async function embed(session: InferenceSession, rows: readonly number[][]): Promise<Float32Array[]> {
  const length = Math.max(...rows.map((row) => row.length))
  const ids = new BigInt64Array(rows.length * length)
  const mask = new BigInt64Array(rows.length * length)
  rows.forEach((row, r) => {
    row.forEach((id, t) => {
      ids[r * length + t] = BigInt(id)
      mask[r * length + t] = 1n
    })
  })
  const shape = [rows.length, length]
  const { last_hidden_state: hidden } = await session.run({
    input_ids: new Tensor('int64', ids, shape),
    attention_mask: new Tensor('int64', mask, shape),
    token_type_ids: new Tensor('int64', new BigInt64Array(ids.length), shape),
  })
  const data = hidden?.data as Float32Array
  return rows.map((row, r) => {
    const vector = new Float32Array(384)
    for (let t = 0; t < row.length; t++) {
      for (let i = 0; i < 384; i++) {
        vector[i] = (vector[i] as number) + (data[(r * length + t) * 384 + i] as number) / row.length
      }
    }
    const norm = Math.hypot(...vector)
    return vector.map((value) => value / norm)
  })
}

if (parentPort !== null) await serve((workerData as { sizes: Sizes }).sizes)
