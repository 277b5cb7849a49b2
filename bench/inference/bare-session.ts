/** A hand-written Piscina worker: a session of one thread, one row at a time. */
import { fileURLToPath } from 'node:url'
import { InferenceSession, Tensor } from 'onnxruntime-node'

let session: InferenceSession | undefined

export default async function run(row: Float32Array): Promise<{ data: unknown; computeMs: number }> {
  session ??= await load()
  const started = performance.now()
  const [input, output] = [session.inputNames[0] as string, session.outputNames[0] as string]
  const outputs = await session.run({ [input]: new Tensor('float32', row, [1, row.length]) })
  return { data: outputs[output]?.data, computeMs: performance.now() - started }
}

function load(): Promise<InferenceSession> {
  return InferenceSession.create(fileURLToPath(new URL('./mlp/model.onnx', import.meta.url)), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
  })
}
