import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const services: ChildProcess[] = []

afterEach(() => {
  for (const service of services.splice(0)) service.kill('SIGKILL')
})

async function start(env: Record<string, string> = {}) {
  const service = spawn(process.execPath, ['--import', 'tsx', 'examples/http-service/server.ts'], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  services.push(service)
  let output = ''
  const port = await new Promise<number>((resolve, reject) => {
    service.once('exit', (code) => reject(new Error(`the service ended with ${code}`)))
    service.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const port = /listening on (\d+)/.exec(output)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
  })
  return { service, port, output: () => output }
}

interface Reply {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly body: { department?: string; error?: string }
}

/** Rejects only when the connection ends without an answer; `sent` is called once the service has the request. */
function post(
  port: number,
  body: string,
  headers: Record<string, string> = {},
  agent?: Agent,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request(
      { port, path: '/route', method: 'POST', headers, ...(agent && { agent }) },
      (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString()
        })
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            retryAfter: response.headers['retry-after'],
            body: JSON.parse(text) as Reply['body'],
          }),
        )
      },
    )
    call.on('error', reject)
    call.end(body)
  })
}

async function inFlight(port: number): Promise<number> {
  const response = await fetch(`http://localhost:${port}/ready`)
  return ((await response.json()) as { inFlight: number }).inFlight
}

/** Takes the model a while, so that work is in flight when it is interrupted. */
const LONG = 'The courier rang once and left again. '.repeat(50)
const ticket = (text: string): string => JSON.stringify({ text })

test('answers, and refuses what is not a ticket with a reason', async () => {
  const { port } = await start()
  const answered = await post(port, ticket('My parcel has not arrived after three weeks'))
  expect(answered).toMatchObject({ status: 200, body: { department: 'shipping' } })
  expect(await post(port, '{')).toMatchObject({ status: 400 })
  expect(await post(port, '{"text":""}')).toMatchObject({ status: 400, body: { error: 'schema' } })
  expect(await post(port, ticket('x'.repeat(100_000)))).toMatchObject({ status: 413 })
  expect(await post(port, ticket(LONG), { 'x-timeout-ms': '1' })).toMatchObject({
    status: 504,
    body: { error: 'deadline' },
  })
})

test('when full it answers 503 and says when to come again; the others are answered', async () => {
  const { port } = await start({ MAX_IN_FLIGHT: '4' })
  const replies = await Promise.all(
    Array.from({ length: 60 }, (_, i) => post(port, ticket(`Invoice ${i} is wrong`))),
  )
  const refused = replies.filter(({ status }) => status === 503)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.every(({ retryAfter, body }) => retryAfter === '1' && body.error === 'pipeline-full')).toBe(
    true,
  )
  expect(replies.filter(({ status }) => status === 200).length).toBe(60 - refused.length)
})

test('overloaded, it answers 503 with the estimate; nobody waits for an answer that can not come', async () => {
  const { port } = await start({})
  const agent = new Agent({ keepAlive: true, maxSockets: 300 })
  expect(await post(port, ticket('The first one'), {}, agent)).toMatchObject({ status: 200 })
  const replies = await Promise.all(
    Array.from({ length: 300 }, (_, i) =>
      post(port, ticket(`Parcel ${i} is late. ${LONG}`), { 'x-timeout-ms': '100' }, agent),
    ),
  )
  agent.destroy()
  const refused = replies.filter(({ status }) => status === 503)
  expect(refused.length).toBeGreaterThan(0)
  for (const { retryAfter, body } of refused) {
    expect(body.error).toBe('overloaded')
    expect(Number(retryAfter)).toBeGreaterThanOrEqual(1)
  }
})

test('a client that leaves takes its run along', async () => {
  const { port } = await start({ MAX_IN_FLIGHT: '1' })
  const leaving = request({ port, path: '/route', method: 'POST' })
  leaving.on('error', () => {})
  leaving.end(ticket('I am gone'))
  await once(leaving, 'socket')
  await new Promise((resolve) => setTimeout(resolve, 5))
  leaving.destroy()
  // The only place is free again.
  let status = 0
  for (let tries = 0; tries < 50 && status !== 200; tries++)
    status = (await post(port, ticket('Is it broken?'))).status
  expect(status).toBe(200)
})

test('SIGTERM in the middle of traffic: every accepted request is answered, and the process ends by itself', async () => {
  const { service, port, output } = await start({ MAX_IN_FLIGHT: '1000' })
  const agent = new Agent({ keepAlive: true, maxSockets: 50 })
  const accepted = Array.from({ length: 50 }, (_, i) =>
    post(port, ticket(`Parcel ${i} is late. ${LONG}`), {}, agent),
  )
  let answered = 0
  for (const one of accepted) void one.then(() => answered++)
  // Only what the service has taken can be held against it.
  for (let taken = 0; taken < accepted.length; ) {
    const before = answered
    taken = before + (await inFlight(port))
  }
  expect(answered).toBeLessThan(accepted.length)
  const exit = once(service, 'exit')
  service.kill('SIGTERM')
  const replies = await Promise.all(accepted)
  agent.destroy()
  // On a slow machine some can't make their five seconds: they are told so, before they begin or after, and no connection is cut.
  expect(replies.filter(({ status }) => ![200, 503, 504].includes(status))).toEqual([])
  expect(replies.some(({ status }) => status === 200)).toBe(true)
  expect(await exit).toEqual([0, null])
  expect(output()).toContain('drained')
  await expect(post(port, ticket('Too late'))).rejects.toThrow('ECONNREFUSED')
})
