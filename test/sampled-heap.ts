import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Runs a script in its own process, where nothing else runs, and gives what it prints as JSON. It may call `sampled(work)`, which resolves to
 * the profile of what V8 allocates meanwhile, sampled every half kilobyte or so.
 */
export async function withSampledHeap(script: string): Promise<unknown> {
  const args = ['--import', 'tsx', '--input-type=module', '-e', SAMPLED + script]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root })
  return JSON.parse(stdout)
}

const SAMPLED = `
const { Session } = await import('node:inspector/promises')
async function sampled(work) {
  const session = new Session()
  session.connect()
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 512,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  })
  await work()
  return (await session.post('HeapProfiler.stopSampling')).profile
}
`
