import type { Piscina } from 'piscina'
import type { BatchResponse, WorkerRequest } from '../wire.ts'
import { type Executor, uncloneable } from './executor.ts'

/**
 * One worker thread in a Piscina of its own. A shared Piscina loses tasks of its other workers when one exits, and its
 * `destroy` and `signal` abort the whole process when a session runs; so a worker is replaced as a whole, and ended
 * only when it is idle or dead.
 */
export async function threadExecutor(threads: number, onExit: (error: Error) => void): Promise<Executor> {
  const { Piscina: Pool } = await import('piscina')
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const piscina: Piscina = new Pool({
    filename: new URL(`../worker/entry/thread.${extension}`, import.meta.url).href,
    minThreads: 1,
    maxThreads: 1,
    // The next batch waits inside the worker while one runs, so that short batches leave no gap.
    concurrentTasksPerWorker: 2,
    // A worker that Piscina judged idle would be ended and its loaded models with it.
    idleTimeout: Number.POSITIVE_INFINITY,
    workerData: { stop, threads },
    // Tests and tools run from the sources: there the worker is TypeScript, and needs the loader that they use.
    ...(extension === 'ts' ? { execArgv: ['--import', 'tsx'] } : {}),
  })
  let over = false
  const ended = (error: Error): void => {
    if (!over) onExit(error)
    over = true
  }
  // A thread that throws or exits with nothing to do fails no task. Unheard, the error would end the whole process.
  piscina.on('error', ended)
  piscina.on('workerDestroy', () => ended(new Error('the worker thread has ended')))
  return {
    async run(request: WorkerRequest): Promise<BatchResponse> {
      try {
        return (await piscina.run(request)) as BatchResponse
      } catch (error) {
        const cause = cloningError(request)
        throw cause === undefined ? error : uncloneable(cause)
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

/** Whether what failed was sending the rows: a getter may throw anything, and data may nest too deep. */
function cloningError(request: WorkerRequest): unknown {
  try {
    structuredClone(request.rows)
    return undefined
  } catch (cause) {
    return cause ?? new Error('a row threw nothing')
  }
}
