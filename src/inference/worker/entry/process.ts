/** Entry of a worker process (`isolation: 'process'`): the same batches, over a pipe. */
import { platformKernel } from '../../../kernel/platform-kernel.ts'
import { recordOf } from '../../errors.ts'
import { lean, type ProcessRequest, type ProcessResponse } from '../../wire.ts'
import { beNice } from '../be-nice.ts'
import { runBatch } from '../run-batch.ts'
import { useThreads } from '../session.ts'

const { clock } = platformKernel()
let refuse = false
useThreads(Number(process.argv[2]))
beNice(Number(process.argv[3]))

let bytes = 0

function send(answer: Omit<ProcessResponse, 'bytes'>): void {
  try {
    bytes = process.memoryUsage.rss()
  } catch {
    // It can't be read without a free file descriptor; then the last value is used.
  }
  process.send?.({ ...answer, bytes } satisfies ProcessResponse)
}

process.on('message', async (message: ProcessRequest | 'refuse') => {
  if (message === 'refuse') {
    refuse = true
    return
  }
  const { id, request } = message
  const response = await runBatch(request, { clock, refused: () => refuse })
  try {
    send({ id, response: response.ok ? lean(response) : response })
  } catch (error) {
    const record = {
      ...recordOf(error),
      code: 'bad-output' as const,
      remedy: 'Return plain data from the task',
    }
    send({ id, response: { ok: false, error: record } })
  }
})
// Our parent is gone, or wants us to end.
process.on('disconnect', () => process.exit(0))
