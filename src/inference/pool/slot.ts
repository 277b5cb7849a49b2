import type { Piscina } from 'piscina'
import type { BatchRequest, BatchResponse } from '../batch.ts'

/**
 * One worker in a Piscina of its own. A shared Piscina loses tasks of its other workers when one exits, and its
 * `destroy` aborts the whole process when a session runs; so a slot is replaced as a whole, and only when idle or dead.
 */
export class Slot {
  readonly number: number
  #piscina: Piscina | undefined
  #running = 0

  constructor(number: number) {
    this.number = number
  }

  get busy(): boolean {
    return this.#running > 0
  }

  /** @throws whatever Piscina throws when the worker dies: everything else comes back as data. */
  async run(request: BatchRequest): Promise<BatchResponse> {
    this.#running += 1
    try {
      this.#piscina ??= await makePiscina()
      return (await this.#piscina.run(request)) as BatchResponse
    } finally {
      this.#running -= 1
    }
  }

  /** Forgets a worker that has died; the next run makes another. */
  async replace(): Promise<void> {
    const dead = this.#piscina
    this.#piscina = undefined
    await dead?.destroy()
  }

  /** Ends the worker. Only when idle: ending a thread inside a session aborts the process. */
  async stop(): Promise<void> {
    await this.replace()
  }
}

/** Tests and tools run from the sources: there the worker is TypeScript, and needs the loader that they use. */
async function makePiscina(): Promise<Piscina> {
  const { Piscina: Pool } = await import('piscina')
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new Pool({
    filename: new URL(`../worker/main.${extension}`, import.meta.url).href,
    minThreads: 1,
    maxThreads: 1,
    // A worker that Piscina judged idle would be ended and its loaded models with it.
    idleTimeout: Number.POSITIVE_INFINITY,
    ...(extension === 'ts' ? { execArgv: ['--import', 'tsx'] } : {}),
  })
}
