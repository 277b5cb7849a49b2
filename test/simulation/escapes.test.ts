import childProcess from 'node:child_process'
import nodeCrypto from 'node:crypto'
import dgram from 'node:dgram'
import dns from 'node:dns'
import fs, { readFileSync } from 'node:fs'
import fsPromises from 'node:fs/promises'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net from 'node:net'
import os, { hostname } from 'node:os'
import perfHooks from 'node:perf_hooks'
import timersPromises from 'node:timers/promises'
import tls from 'node:tls'
import { promisify } from 'node:util'
import v8 from 'node:v8'
import zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { assign, setup } from 'xstate'
import { defineActor, fromMachine } from '../../src/index.ts'
import { explore, type Simulation, simulate } from '../../src/simulation/index.ts'
import captured, { CAPTURED } from './captured.sim.ts'
import './with-matchers.ts'

const { pid } = process
const compiler = (globalThis as unknown as { WebAssembly: { compile(code: Uint8Array): Promise<object> } })
  .WebAssembly

const reach = (what: () => unknown, seen: (value: unknown) => void = () => {}) =>
  simulate(async (sim) => {
    const Reacher = defineActor({
      name: 'reacher',
      on: {
        async go() {
          seen(await what())
        },
      },
    })
    await sim.system().spawn(Reacher, { name: 'reacher' }).ask('go')
  })

/** All that would let a run see, or change, the real world [G68]. */
const ESCAPES: Readonly<Record<string, () => unknown>> = {
  'http.get': () => http.get('http://127.0.0.1:9'),
  'http.request': () => http.request('http://127.0.0.1:9'),
  'https.get': () => https.get('https://127.0.0.1:9'),
  'http2.connect': () => http2.connect('http://127.0.0.1:9'),
  'tls.connect': () => tls.connect(9),
  'net.connect': () => net.connect(9),
  'net.Socket.connect': () => new net.Socket().connect(9),
  'dgram.createSocket': () => dgram.createSocket('udp4'),
  'dns.lookup': () => promisify(dns.lookup)('localhost'),
  'dns.promises.lookup': () => dns.promises.lookup('localhost'),
  'os.hostname': () => hostname(),
  'os.cpus': () => os.cpus(),
  'os.freemem': () => os.freemem(),
  'process.hrtime': () => process.hrtime(),
  'process.hrtime.bigint': () => process.hrtime.bigint(),
  'process.uptime': () => process.uptime(),
  'process.memoryUsage': () => process.memoryUsage(),
  'process.cpuUsage': () => process.cpuUsage(),
  'process.memoryUsage.rss': () => process.memoryUsage.rss(),
  'v8.getHeapStatistics': () => v8.getHeapStatistics(),
  'perf_hooks.monitorEventLoopDelay': () => perfHooks.monitorEventLoopDelay(),
  'process.pid': () => process.pid,
  'process.stdin': () => process.stdin,
  'Event.timeStamp': () => new Event('x').timeStamp,
  'process.exit': () => process.exit(0),
  'process.kill': () => process.kill(pid, 0),
  'performance.timeOrigin': () => performance.timeOrigin,
  'performance.mark': () => performance.mark('x'),
  'Date()': () => Date(),
  'Intl.DateTimeFormat().format()': () => new Intl.DateTimeFormat('en').format(),
  'Intl.DateTimeFormat().formatToParts()': () => new Intl.DateTimeFormat('en').formatToParts(),
  'timers.scheduler.wait': () => timersPromises.scheduler.wait(1),
  'Atomics.wait': () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1),
  MessageChannel: () => new MessageChannel(),
  WebSocket: () =>
    globalThis.WebSocket === undefined ? fetch('http://127.0.0.1:9') : new WebSocket('ws://127.0.0.1:9'),
  'fs.readFileSync': () => readFileSync('package.json'),
  'fs.promises.readFile': () => fsPromises.readFile('package.json'),
  'fs.createReadStream': () => fs.createReadStream('package.json'),
  'child_process.execSync': () => childProcess.execSync('true'),
  'crypto.generateKeyPairSync': () => nodeCrypto.generateKeyPairSync('ed25519'),
  'crypto.subtle.generateKey': () =>
    crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']),
}

describe('code that reaches outside', () => {
  test.each(Object.entries(ESCAPES))('%s is named at its line [G68]', async (name, call) => {
    const result = await reach(call)
    expect(result).toViolate('no escape')
    expect(result.failure?.error).toMatchObject({
      code: 'simulation-escape',
      path: expect.stringMatching(/escapes\.test\.ts:\d+/),
    })
    if (name !== 'WebSocket') expect(result.failure?.error).toHaveProperty('value', name)
  })

  test('a module of a thread that took them for itself as it loaded took the traps [G68]', async () => {
    for (const what of CAPTURED) {
      const { failure } = await explore({ runs: 1, seed: CAPTURED.indexOf(what), workers: 2 }, captured)
      expect(failure?.message).toContain(`no escape: ${what} was called under simulation`)
    }
  })

  test('what was replaced is back after the run', async () => {
    await reach(() => process.exit(0))
    expect(process.hrtime.bigint()).toBeGreaterThan(0n)
    expect(new Date().constructor).toBe(Date)
    expect(Date()).toContain(String(new Date().getFullYear()))
    expect(os.hostname()).not.toBe('simulated')
    expect(new Intl.DateTimeFormat('en').format()).toMatch(/\d/)
    expect(readFileSync('package.json', 'utf8')).toContain('ganglion')
  })

  test('a conversion of a date is no look at the clock', async () => {
    const seen: unknown[] = []
    const result = await reach(
      () => [
        new Date(0),
        new Intl.DateTimeFormat('en', { timeZone: 'UTC' }).format(0),
        new Date(0) instanceof Date,
      ],
      (value) => seen.push(value),
    )
    expect(result).toHold()
    expect(seen).toEqual([[new Date(0), '1/1/1970', true]])
  })
})

describe('work in the background whose result depends on its input alone', () => {
  test.each<readonly [string, () => unknown]>([
    ['crypto.subtle', () => crypto.subtle.digest('SHA-256', new Uint8Array(3))],
    ['WebAssembly', () => compiler.compile(Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]))],
    ['zlib', () => promisify(zlib.gzip)('text')],
    ['zlib, there and back', async () => promisify(zlib.gunzip)(await promisify(zlib.gzip)('text'))],
    ['crypto with a callback', () => promisify(nodeCrypto.pbkdf2)('secret', 'salt', 1, 8, 'sha256')],
    [
      'several at once, the slow one first',
      () =>
        Promise.all([
          promisify(nodeCrypto.pbkdf2)('secret', 'salt', 20_000, 8, 'sha256'),
          promisify(zlib.gzip)('text'),
          crypto.subtle.digest('SHA-1', new Uint8Array(1)),
        ]),
    ],
  ])('%s takes no virtual time, and comes the same in every run [G68]', async (_what, work) => {
    const found = await explore({ runs: 30, faults: { delay: ['1ms', '5ms'] } }, async (sim) => {
      const order: string[] = []
      const Worker = defineActor({
        name: 'worker',
        on: {
          async go(_ctx, id: string) {
            const startedAt = sim.now
            await work()
            order.push(id)
            if (sim.now !== startedAt) sim.unreachable('no time passes')
            sim.note(order.join(' '))
          },
        },
      })
      const system = sim.system()
      const workers = ['a', 'b', 'c'].map((name) => system.spawn(Worker, { name }))
      await Promise.all(workers.map((worker) => worker.ask('go', worker.path)))
    })
    expect(found).toHold()
  })
})

test('a machine does the same in every run [G68]', async () => {
  const machine = setup({
    types: { context: {} as { n: number }, events: {} as { type: 'add' } },
  }).createMachine({
    id: 'adder',
    context: { n: 0 },
    on: { add: { actions: assign({ n: ({ context }) => context.n + 1 }) } },
  })
  const faults = { delay: ['1ms', '50ms'] } as const
  const adding = async (sim: Simulation) => {
    const adder = sim.system().spawn(fromMachine(machine), { name: 'adder' })
    for (const _ of sim.times(3)) await adder.ask('add', {})
  }
  const { hash } = await simulate({ seed: 3, faults }, adding)
  for (let again = 0; again < 3; again++)
    expect((await simulate({ seed: 3, faults }, adding)).hash).toBe(hash)
  expect(await explore({ runs: 20, faults }, adding)).toHold()
})

test('a module that loads while the run goes on is named at its line', async () => {
  const { default: loads } = await import('./loads.sim.ts')
  const result = await simulate(loads)
  expect(result.failure?.message).toMatch(/import\('yaml'\) at .*loads\.sim\.ts:\d+: import it at the top/)
})
