// npx tsx test/clients/server.ts: the service that clients of others call. Prints its port.
import { defineProcessor, pipeline } from 'ganglion'
import { serve } from 'ganglion/http'
import { embeddings, reranking } from 'ganglion/inference'
import { z } from 'zod'

const Text = z.object({ text: z.string() })
const Echo = defineProcessor({ name: 'echo', input: Text, output: Text, process: (x) => x })
const service = await serve(
  { echo: pipeline('echo "quoted"\\\n', Text).to(Echo) },
  {
    port: 0,
    token: 'a-token',
    models: { minilm: embeddings('all-minilm-l6-v2'), reader: reranking('e5-squad-reader') },
  },
)
await service.warmed
console.log(service.port)
