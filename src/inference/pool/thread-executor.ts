import type { Piscina } from 'piscina'
import type { BatchRequest, BatchResponse } from '../batch.ts'
import { type Executor, uncloneable } from './executor.ts'

/**
 * One worker thread in a Piscina of its own. A shared Piscina loses tasks of its other workers when one exits, and its
 * `destroy` and `signal` abort the whole process when a session runs; so a worker is replaced as a whole, and ended
 * only when it is idle or dead.
 */
export async function threadExecutor(threads: number): Promise<Executor> {
  const { Piscina: Pool } = await import('piscina')
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const piscina: Piscina = new Pool({
    filename: new URL(`../worker/thread.${extension}`, import.meta.url).href,
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
  return {
    async run(request: BatchRequest) {
      try {
        return (await piscina.run(request)) as BatchResponse
      } catch (error) {
        throw error instanceof Error && error.name === 'DataCloneError' ? uncloneable(error) : error
      }
    },
    refuse() {
      Atomics.store(stop, 0, 1)
    },
    close: () => piscina.destroy(),
  }
}
