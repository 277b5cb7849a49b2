import { defineProcessor, pipeline } from 'ganglion'
import { z } from 'zod'

const Words = z.object({ text: z.string() })
const Echo = defineProcessor({
  name: 'echo',
  input: Words,
  output: Words,
  concurrency: 64,
  process: (x) => new Promise<typeof x>((resolve) => setTimeout(resolve, 3, x)),
})

export default pipeline('echo', Words, { timeout: '5s' }).to(Echo)
