import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor, pipeline } from '../../src/index.ts'
import { createService } from '../../src/serve/index.ts'
import { until } from '../../src/testkit/index.ts'
import { call, start } from './service.ts'

/** A server that hands its requests to the service all at once, when `many` have come. */
async function together(
  many: number,
  hand: (all: readonly (readonly [IncomingMessage, ServerResponse])[]) => void,
): Promise<{ port: number }> {
  const all: [IncomingMessage, ServerResponse][] = []
  const server = createServer((...one) => {
    if (all.push(one) === many) hand(all)
  }).listen(0)
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return server.address() as AddressInfo
}

test('[G200] requests that come together are answered each in the context in which it came', async () => {
  const mine = new AsyncLocalStorage<string | string[] | undefined>()
  const Tell = defineProcessor({
    name: 'tell',
    input: z.string(),
    output: z.array(z.unknown()),
    concurrency: 64,
    async process(x) {
      const before = mine.getStore()
      await Promise.resolve()
      return [x, before, mine.getStore()]
    },
  })
  const service = await createService({ tell: pipeline('tell', z.string()).to(Tell) }, { log: false })
  onTestFinished(() => service.stop({ drain: 0 }))
  const users = Array.from({ length: 50 }, (_, at) => `user-${at}`)
  const server = await together(users.length, (all) => {
    for (const [request, response] of all)
      mine.run(request.headers['x-user'], () => service.node(request, response))
  })
  const answers = await Promise.all(
    users.map((user) =>
      call(server, '/pipelines/tell', { body: JSON.stringify(user), headers: { 'x-user': user } }),
    ),
  )
  expect(answers.map(({ body }) => body)).toEqual(users.map((user) => [user, user, user]))
})

test('[G200] clients that go before their turn leave nothing, and the others get their answers', async () => {
  const service = await start()
  const server = await together(70, (all) => {
    for (const [request, response] of all) {
      service.node(request, response)
      // It ends after it was handed over, and before its turn.
      if (request.headers['x-leaves'] === 'request') request.destroy()
      if (request.headers['x-leaves'] === 'socket') request.socket.destroy()
    }
  })
  const leave = async (what: 'request' | 'socket', body: string, length: number): Promise<void> => {
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(
      `POST /pipelines/shout HTTP/1.1\r\nhost: localhost\r\nx-leaves: ${what}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`,
    )
    await once(socket.resume(), 'close')
  }
  const leaving = (['request', 'socket'] as const).flatMap((what) =>
    Array.from({ length: 10 }, () => [
      leave(what, '{"text":"half', 100),
      leave(what, '{"text":"all"}', 14),
      leave(what, '', 14),
    ]).flat(),
  )
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => call(server, '/pipelines/shout', { body: '{"text":"a"}' })),
  )
  await Promise.all(leaving)
  expect(answers.map(({ body }) => body.text)).toEqual(answers.map(() => 'A'))
  await until(() => service.inFlight === 0 && service.running.inFlight === 0, { timeoutMs: 5000 })
})
