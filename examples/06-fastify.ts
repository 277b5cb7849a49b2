// npx tsx examples/06-fastify.ts
// A pipeline in a Fastify app, with deadline, health and drain. Sends itself one request and closes.
import Fastify from 'fastify'
import { defineProcessor, pipeline } from 'ganglion'
import { createService, fastifyService } from 'ganglion/http'
import { z } from 'zod'

const Order = z.object({ item: z.string(), count: z.number().int().positive() })
const Price = defineProcessor({
  name: 'price',
  input: Order,
  output: z.object({ total: z.number() }),
  process: ({ item, count }) => ({ total: item.length * count }),
})
const service = await createService(
  { price: pipeline('price', Order, { timeout: '2s' }).to(Price) },
  { prefix: '/ai' },
)
const app = Fastify()
await app.register(fastifyService(service), { prefix: '/ai' })
const url = await app.listen({ port: 0 })

const post = (order: unknown) =>
  fetch(`${url}/ai/pipelines/price`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-timeout': '500ms' },
    body: JSON.stringify(order),
  })
console.log(await (await post({ item: 'kettle', count: 2 })).text())
const { status, errors } = (await (await post({ item: 'kettle', count: -1 })).json()) as {
  status: number
  errors: { pointer: string }[]
}
console.log(status, errors[0]?.pointer)
console.log((await fetch(`${url}/ai/ready`)).status)
await app.close()
