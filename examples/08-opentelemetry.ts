// npx tsx examples/08-opentelemetry.ts
// Spans of a request, its run and its steps. A real service has an exporter in place of the printer.
import * as api from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { defineProcessor, pipeline } from 'ganglion'
import { serve } from 'ganglion/http'
import { z } from 'zod'

const print = ({ name, attributes }: ReadableSpan) => console.log(name, attributes['ganglion.outcome'] ?? '')
api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
api.trace.setGlobalTracerProvider(
  new BasicTracerProvider({
    spanProcessors: [
      new SimpleSpanProcessor({
        export: (spans, done) => {
          spans.forEach(print)
          done({ code: 0 })
        },
        shutdown: async () => {},
      }),
    ],
  }),
)

const step = (name: string) =>
  defineProcessor({ name, input: z.number(), output: z.number(), process: (x) => x + 1 })
const adding = pipeline('adding', z.number()).to(step('first')).to(step('second'))
const service = await serve({ adding }, { port: 0, telemetry: api })
const headers = {
  'content-type': 'application/json',
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
}
const answer = await fetch(`${service.url}/pipelines/adding`, { method: 'POST', headers, body: '40' })
console.log(await answer.text())
await service.stop()
