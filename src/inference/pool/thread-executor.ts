import type { Piscina } from 'piscina'
import type { BatchResponse, WorkerRequest, WorkerStart } from '../wire.ts'
import { type Executor, SILENT, uncloneable } from './executor.ts'

/**
 * One worker thread in its own Piscina. A shared Piscina loses tasks of other workers when one exits, and its
 * `destroy` and `signal` abort the whole process when a session runs. So a worker is replaced as a whole, and ended
 * only when it is idle or dead.
 */
export async function threadExecutor(start: WorkerStart, onExit: (error: Error) => void): Promise<Executor> {
  const { Piscina: Pool } = await import('piscina')
  // A thread's own `env` is a copy, which native code does not see.
  for (const [name, value] of Object.entries(SILENT)) process.env[name] ??= value
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const piscina: Piscina = new Pool({
    filename: new URL(`../worker/entry/thread.${extension}`, import.meta.url).href,
    minThreads: 1,
    maxThreads: 1,
    // The next batch waits inside the worker while one runs, so there is no gap between short batches.
    concurrentTasksPerWorker: 2,
    // Piscina would end a worker it judged idle, and its loaded models with it.
    idleTimeout: Number.POSITIVE_INFINITY,
    workerData: { stop, ...start },
    // Tests and tools run from the sources: there the worker is TypeScript and needs their loader.
    ...(extension === 'ts' ? { execArgv: ['--import', 'tsx'] } : {}),
  })
  let over = false
  const ended = (error: Error): void => {
    if (!over) onExit(error)
    over = true
  }
  // A thread that throws or exits while idle fails no task. Without a listener the error would end the whole process.
  piscina.on('error', ended)
  piscina.on('workerDestroy', () => ended(new Error('the worker thread has ended')))
  return {
    async run(request: WorkerRequest): Promise<BatchResponse> {
      try {
        return (await piscina.run(request)) as BatchResponse
      } catch (error) {
        const refusal = cloningError(request)
        throw refusal === undefined ? error : uncloneable(refusal.cause)
      }
    },
    refuse() {
      Atomics.store(stop, 0, 1)
    },
    close() {
      over = true
      return piscina.destroy()
    },
  }
}

/** Whether sending the rows failed: a getter may throw anything, and data may nest too deep. */
function cloningError(request: WorkerRequest): { readonly cause: unknown } | undefined {
  try {
    structuredClone(request.rows)
    return undefined
  } catch (cause) {
    return { cause }
  }
}
