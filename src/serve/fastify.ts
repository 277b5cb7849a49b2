import type { IncomingMessage, ServerResponse } from 'node:http'
import { demand } from '../kernel/demand.ts'
import type { Service } from './create-service.ts'

/** The part of Fastify that the plugin uses: nothing of Fastify is imported. */
export interface FastifyLike {
  addContentTypeParser(type: string, parse: (...args: never[]) => void): unknown
  removeAllContentTypeParsers(): unknown
  all(path: string, handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => void): unknown
  addHook(name: 'preClose' | 'onClose', hook: () => Promise<void>): unknown
}

/** A request of Fastify. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage
}

/** A reply of Fastify. */
export interface FastifyReplyLike {
  readonly raw: ServerResponse
  hijack(): unknown
}

/**
 * A Fastify plugin: `app.register(fastifyService(service), { prefix: '/ai' })`, with the service's own `prefix: '/ai'`. The
 * service reads bodies itself, so its limits hold. When the app closes, the service drains and stops:
 * `await service.drain()` first, since an app that closes answers 503 itself.
 */
export function fastifyService(service: Service) {
  demand(service, 'service', 'a service of createService', (given) => typeof given.node === 'function')
  return async (app: FastifyLike): Promise<void> => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (...args: never[]) => {
      const done = args[2] as unknown as (error: null, body: undefined) => void
      done(null, undefined)
    })
    app.all('/*', (request, reply) => {
      reply.hijack()
      service.node(request.raw, reply.raw)
    })
    app.addHook('preClose', () => service.drain())
    app.addHook('onClose', () => service.stop())
  }
}
