/** The inside of a worker process (`isolation: 'process'`): the same batches, over a pipe. */
import { platformKernel } from '../../kernel/platform-kernel.ts'
import type { BatchResponse } from '../batch.ts'
import { recordOf } from '../errors.ts'
import type { ProcessRequest, ProcessResponse } from '../pool/process-executor.ts'
import { runBatch } from './run-batch.ts'
import { useThreads } from './session.ts'

const { clock } = platformKernel()
let refuse = false
useThreads(Number(process.argv[2]))

/** Nothing moves over a pipe: a list of buffers to move would send them twice. */
function lean(response: BatchResponse): BatchResponse {
  return response.ok && 'values' in response ? { ...response, transfer: [] } : response
}

process.on('message', async (message: ProcessRequest | 'refuse') => {
  if (message === 'refuse') {
    refuse = true
    return
  }
  const { id, request } = message
  const response = await runBatch(request, { clock, refused: () => refuse })
  try {
    process.send?.({ id, response: lean(response) } satisfies ProcessResponse)
  } catch (error) {
    const record = {
      ...recordOf(error),
      code: 'bad-output' as const,
      remedy: 'Return plain data from the task',
    }
    process.send?.({ id, response: { ok: false, error: record } } satisfies ProcessResponse)
  }
})
// Whoever forked us is gone, or wants us to end.
process.on('disconnect', () => process.exit(0))
