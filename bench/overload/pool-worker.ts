import { burn, sleep } from './work.ts'

/** One whole request in a worker thread of Piscina. */
export default async function run(request: {
  readonly sleepMs: number
  readonly steps: number
}): Promise<void> {
  burn(request.steps)
  if (request.sleepMs > 0) await sleep(request.sleepMs)
}
