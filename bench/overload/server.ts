/**
 * A service: Fastify with @fastify/under-pressure, and the work of a subject behind it, so many at once. Its parent asks.
 * `node --import tsx server.ts STEPS SLEEP_MS AT_ONCE`; it prints its port.
 */
import underPressure from '@fastify/under-pressure'
import Fastify from 'fastify'
import fastq from 'fastq'
import { burn, sleep } from './work.ts'

const [steps = 0, sleepMs = 0, atOnce = 1] = process.argv.slice(2).map(Number)
const queue = fastq.promise(async () => {
  burn(steps)
  if (sleepMs > 0) await sleep(sleepMs)
}, atOnce)
const app = Fastify()
await app.register(underPressure, {
  maxEventLoopDelay: 100,
  maxEventLoopUtilization: 0.98,
  retryAfter: 1,
})
app.get('/', async () => {
  await queue.push(undefined)
  return 'done'
})
await app.listen({ port: 0, host: '127.0.0.1' })
const address = app.server.address()
process.stdout.write(`${typeof address === 'object' ? address?.port : address}\n`)
