// npx tsx examples/07-sse.ts
// Partial results as server-sent events: `ctx.emit` in a step, lines in a browser.
import { defineProcessor, pipeline } from 'ganglion'
import { serve } from 'ganglion/http'
import { z } from 'zod'

const Topic = z.object({ topic: z.string() })
const Writer = defineProcessor({
  name: 'writer',
  input: Topic,
  output: z.object({ words: z.number() }),
  async process({ topic }, ctx) {
    const words = `${topic} is a good topic`.split(' ')
    for (const word of words) await ctx.emit(word)
    return { words: words.length }
  },
})

const service = await serve({ write: pipeline('write', Topic).to(Writer) }, { port: 0 })
const response = await fetch(`${service.url}/pipelines/write`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
  body: JSON.stringify({ topic: 'rain' }),
})
for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
  for (const [, event, data] of chunk.matchAll(/^event: (.*)\ndata: (.*)$/gmu)) {
    const { value } = JSON.parse(data ?? '') as { value?: unknown }
    if (event === 'partial' || event === 'value') console.log(event, value)
  }
}
await service.stop()
