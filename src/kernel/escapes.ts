import childProcess from 'node:child_process'
import cluster from 'node:cluster'
import crypto from 'node:crypto'
import dgram from 'node:dgram'
import dns from 'node:dns'
import dnsPromises from 'node:dns/promises'
import fs from 'node:fs'
import fsPromises from 'node:fs/promises'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net from 'node:net'
import os from 'node:os'
import perfHooks from 'node:perf_hooks'
import timers from 'node:timers'
import timersPromises from 'node:timers/promises'
import tls from 'node:tls'
import v8 from 'node:v8'
import workerThreads from 'node:worker_threads'
import zlib from 'node:zlib'

type Names = readonly string[]

const TIMERS: Names = ['setTimeout', 'setInterval', 'setImmediate']
const RANDOM_KEYS: Names = [
  'generateKeyPair',
  'generateKeyPairSync',
  'generateKey',
  'generateKeySync',
  'generatePrime',
  'generatePrimeSync',
  'createDiffieHellman',
  'createECDH',
]

/** By holder: the functions that give time, randomness, or a way out of the process. */
export const HOLDERS: readonly (readonly [holder: object | undefined, prefix: string, names: Names])[] = [
  [globalThis, '', [...TIMERS, 'fetch', 'WebSocket', 'EventSource', 'MessageChannel', 'BroadcastChannel']],
  [Math, 'Math.', ['random']],
  [performance, 'performance.', ['now', 'mark', 'measure', 'toJSON', 'eventLoopUtilization', 'timerify']],
  [AbortSignal, 'AbortSignal.', ['timeout']],
  [Atomics, 'Atomics.', ['wait', 'waitAsync']],
  [globalThis.crypto, 'crypto.', ['randomUUID', 'getRandomValues']],
  [globalThis.crypto.subtle, 'crypto.subtle.', ['generateKey']],
  [
    crypto,
    'crypto.',
    [
      'randomUUID',
      'randomBytes',
      'randomInt',
      'randomFill',
      'randomFillSync',
      'getRandomValues',
      ...RANDOM_KEYS,
    ],
  ],
  [timers, 'timers.', TIMERS],
  [timersPromises, 'timers.', TIMERS],
  [timersPromises.scheduler, 'timers.scheduler.', ['wait', 'yield']],
  [fs, 'fs.', [...functionsOf(fs), 'ReadStream', 'WriteStream']],
  [fsPromises, 'fs.promises.', functionsOf(fsPromises)],
  [net, 'net.', ['connect', 'createConnection', 'createServer']],
  [net.Socket.prototype, 'net.Socket.', ['connect']],
  [net.Server.prototype, 'net.Server.', ['listen']],
  [http, 'http.', ['get', 'request', 'createServer', 'ClientRequest']],
  [https, 'https.', ['get', 'request', 'createServer']],
  [http2, 'http2.', ['connect', 'createServer', 'createSecureServer']],
  [tls, 'tls.', ['connect', 'createServer']],
  [dgram, 'dgram.', ['createSocket', 'Socket']],
  [dns, 'dns.', [...functionsOf(dns), 'Resolver']],
  [dnsPromises, 'dns.promises.', [...functionsOf(dnsPromises), 'Resolver']],
  [os, 'os.', functionsOf(os)],
  [
    childProcess,
    'child_process.',
    ['spawn', 'exec', 'execFile', 'fork', 'spawnSync', 'execSync', 'execFileSync', 'ChildProcess'],
  ],
  [cluster, 'cluster.', ['fork', 'setupPrimary']],
  [workerThreads, 'worker_threads.', ['Worker', 'MessageChannel', 'BroadcastChannel']],
  // Before `process.hrtime` and `process.memoryUsage`, whose traps take over what hangs on them.
  [process.hrtime, 'process.hrtime.', ['bigint']],
  [process.memoryUsage, 'process.memoryUsage.', ['rss']],
  [perfHooks, 'perf_hooks.', ['monitorEventLoopDelay']],
  [
    v8,
    'v8.',
    [
      'getHeapStatistics',
      'getHeapSpaceStatistics',
      'getHeapCodeStatistics',
      'getHeapSnapshot',
      'writeHeapSnapshot',
    ],
  ],
  [
    process,
    'process.',
    [
      'hrtime',
      'uptime',
      'cpuUsage',
      'threadCpuUsage',
      'memoryUsage',
      'resourceUsage',
      'availableMemory',
      'constrainedMemory',
      'exit',
      'abort',
      'kill',
      'reallyExit',
      'dlopen',
    ],
  ],
  [
    (globalThis as { Temporal?: { Now?: object } }).Temporal?.Now,
    'Temporal.Now.',
    ['instant', 'plainDateTimeISO', 'plainDateISO', 'plainTimeISO', 'zonedDateTimeISO'],
  ],
]

/**
 * Work that the real world does in the background, whose result depends on its input alone. The run waits for it between two
 * steps, so it takes no virtual time and comes in the order in which it began.
 */
export const BACKGROUND: readonly (readonly [holder: object, how: 'callback' | 'promise', names: Names])[] = [
  [
    zlib,
    'callback',
    [
      'deflate',
      'deflateRaw',
      'gzip',
      'gunzip',
      'inflate',
      'inflateRaw',
      'unzip',
      'brotliCompress',
      'brotliDecompress',
      'zstdCompress',
      'zstdDecompress',
    ],
  ],
  [
    (globalThis as unknown as { readonly WebAssembly: object }).WebAssembly,
    'promise',
    ['compile', 'instantiate'],
  ],
  [crypto, 'callback', ['pbkdf2', 'scrypt', 'hkdf', 'checkPrime', 'sign', 'verify']],
  [
    globalThis.crypto.subtle,
    'promise',
    [
      'digest',
      'sign',
      'verify',
      'encrypt',
      'decrypt',
      'importKey',
      'exportKey',
      'deriveBits',
      'deriveKey',
      'wrapKey',
      'unwrapKey',
    ],
  ],
]

/** What a library may have instead of the real thing. */
export interface VirtualSources {
  /** Wall time, milliseconds since the epoch. */
  now(): number
  monotonic(): number
  /** From 0 to 1. */
  random(): number
}

/** Where a library gets a virtual value: by name, from the sources and the arguments of the call. */
export const VIRTUAL: Readonly<Record<string, (from: VirtualSources, args: readonly unknown[]) => unknown>> =
  {
    'Math.random': (from) => from.random(),
    'performance.now': (from) => from.monotonic(),
    'process.hrtime': (from, [since]) => hrtime(from.monotonic(), since as [number, number] | undefined),
    'process.hrtime.bigint': (from) => BigInt(Math.round(from.monotonic() * 1e6)),
    'process.uptime': (from) => from.monotonic() / 1000,
    'os.uptime': (from) => from.monotonic() / 1000,
    'crypto.randomUUID': (from) => uuid(from),
    'crypto.getRandomValues': (from, [into]) => fill(from, into as Uint8Array),
    'crypto.randomFillSync': (from, [into]) => fill(from, into as Uint8Array),
    ...Object.fromEntries(
      Object.entries({
        hostname: 'simulated',
        homedir: '/home/simulated',
        tmpdir: '/tmp',
        platform: 'linux',
        type: 'Linux',
        arch: 'x64',
        machine: 'x86_64',
        release: '0',
        version: '0',
        endianness: 'LE',
        totalmem: 2 ** 33,
        freemem: 2 ** 32,
        loadavg: [0, 0, 0],
        cpus: [],
        availableParallelism: 1,
        networkInterfaces: {},
      }).map(([name, value]) => [`os.${name}`, () => value]),
    ),
  }

function functionsOf(module: object): string[] {
  return Object.entries(module)
    .filter(([name, value]) => typeof value === 'function' && /^[a-z]/.test(name) && !name.startsWith('_'))
    .map(([name]) => name)
}

function hrtime(ms: number, since: readonly [number, number] = [0, 0]): [number, number] {
  const nanoseconds = Math.round(ms * 1e6) - since[0] * 1e9 - since[1]
  return [Math.floor(nanoseconds / 1e9), nanoseconds % 1e9]
}

function fill<B extends ArrayBufferView>(from: VirtualSources, into: B): B {
  const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(from.random() * 256)
  return into
}

function uuid(from: VirtualSources): string {
  const hex = Buffer.from(fill(from, new Uint8Array(16))).toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-')
}
