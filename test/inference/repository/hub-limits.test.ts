import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import type { HubOptions } from '../../../src/inference/repository/hub/model-hub.ts'
import { ModelRepository } from '../../../src/inference/repository/model-repository.ts'
import type { Kernel } from '../../../src/kernel/kernel.ts'
import { platformKernel } from '../../../src/kernel/platform-kernel.ts'
import { dropAfter, HubServer, hang, status } from './hub-server.ts'
import { temporary } from './model-files.ts'
import { adder } from './onnx-bytes.ts'

const TABLE = randomBytes(300_000)
const TABLE_PATH = '/adder/1.0.0/table.bin'
let hub: HubServer

beforeAll(async () => {
  hub = await HubServer.start()
})
afterAll(() => hub.stop())
beforeEach(() => {
  hub.files.clear()
  hub.faults.length = 0
  hub.seen.length = 0
  hub.onRequest = () => {}
  hub.publish('adder', '1.0.0', { 'model.onnx': adder(1), 'table.bin': TABLE })
})

function repository(cache: string, options: Partial<HubOptions> = {}, kernel: Kernel = platformKernel()) {
  const own = { baseUrl: hub.base, backoff: ['1ms'], cache, ...options }
  return new ModelRepository([], { kernel, hub: own })
}

/** Where this hub's models are kept. */
async function homeIn(cache: string): Promise<string> {
  const probe = await repository(cache).find('adder', '1.0.0')
  return dirname(probe.folder)
}

/** Waits of the given length pass at once, and are written down. */
function recording(isWait: (ms: number) => boolean): { kernel: Kernel; waits: number[] } {
  const real = platformKernel()
  const waits: number[] = []
  const timers: Kernel['timers'] = {
    after(delay, run, argument, keepAlive) {
      if (!isWait(delay)) return real.timers.after(delay, run, argument, keepAlive)
      waits.push(delay)
      return real.timers.after(0, run, argument, keepAlive)
    },
  }
  // A whole second, for dates on the wire have no more.
  const now = Math.floor(real.clock.now() / 1000) * 1000
  const clock = { now: () => now, monotonic: () => real.clock.monotonic() }
  return { kernel: { ...real, timers, clock }, waits }
}

test('Retry-After is kept to, in seconds and as a date; an hour is not waited for', async () => {
  const isWait = (ms: number) => ms > 5_000 && ms < 20_000
  const { kernel, waits } = recording(isWait)
  hub.fault(TABLE_PATH, status(429, { 'retry-after': '7' }))
  hub.fault(TABLE_PATH, status(503, { 'retry-after': new Date(kernel.clock.now() + 15_000).toUTCString() }))
  await repository(await temporary(), {}, kernel).find('adder')
  expect(waits).toEqual([7000, 15_000])
  hub.fault(TABLE_PATH, status(503, { 'retry-after': '3600' }))
  await expect(repository(await temporary()).find('adder')).rejects.toMatchObject({
    code: 'hub-refused',
    value: 503,
    remedy: expect.stringContaining('3600 s'),
  })
})

test('waits grow as the backoff says, with jitter of up to a half', async () => {
  const { kernel, waits } = recording((ms) => ms >= 10_000 && ms <= 80_000)
  hub.fault(TABLE_PATH, status(500), 3)
  await repository(await temporary(), { backoff: ['20s', '40s', '80s'], stallTimeout: '9s' }, kernel).find(
    'adder',
  )
  expect(waits).toHaveLength(3)
  for (const [i, most] of [20_000, 40_000, 80_000].entries()) {
    expect(waits[i]).toBeGreaterThanOrEqual(most / 2)
    expect(waits[i]).toBeLessThanOrEqual(most)
  }
})

test('a caller that leaves is released with its connection, and the downloaded part is kept', async () => {
  const cache = await temporary()
  const controller = new AbortController()
  hub.fault(TABLE_PATH, (_request, response) => {
    response.writeHead(200, { 'content-length': TABLE.length, etag: '"x"' })
    response.write(TABLE.subarray(0, 100_000))
    return true
  })
  const onProgress = ({ file, bytes }: { file: string; bytes: number }) => {
    if (file === 'table.bin' && bytes === 100_000) controller.abort(new Error('the caller left'))
  }
  const finding = repository(cache, { onProgress }).find('adder', undefined, { signal: controller.signal })
  await expect(finding).rejects.toMatchObject({ code: 'cancelled', cause: { message: 'the caller left' } })
  await repository(cache).find('adder')
  expect(hub.requests(TABLE_PATH)[1]?.headers.range).toBe('bytes=100000-')
  await expect(
    repository(await temporary()).find('adder', undefined, { signal: AbortSignal.abort() }),
  ).rejects.toMatchObject({ code: 'cancelled' })
})

test('the deadline and the timeout of a model end a download that hangs', async () => {
  const kernel = platformKernel()
  hub.fault('/adder/versions.json', hang)
  const deadline = kernel.clock.monotonic() + 30
  await expect(
    repository(await temporary(), {}, kernel).find('adder', undefined, { deadline }),
  ).rejects.toMatchObject({
    code: 'deadline',
  })
  hub.fault(TABLE_PATH, hang)
  await expect(repository(await temporary(), { timeout: '200ms' }).find('adder')).rejects.toMatchObject({
    code: 'deadline',
  })
})

test('one download serves all who ask at once; one who leaves takes nobody with him', async () => {
  const models = repository(await temporary())
  const leaver = new AbortController()
  hub.onRequest = ({ path }) => {
    if (path === TABLE_PATH) leaver.abort()
  }
  const left = models.find('adder', '1.0.0', { signal: leaver.signal })
  const all = Promise.all(Array.from({ length: 5 }, () => models.find('adder', '1.0.0')))
  await expect(left).rejects.toMatchObject({ code: 'cancelled' })
  expect(new Set((await all).map(({ folder }) => folder)).size).toBe(1)
  expect(hub.requests(TABLE_PATH)).toHaveLength(1)
})

test('processes that want the same model at once get it whole, from one download', async () => {
  const cache = await temporary()
  const script = `
    import { ModelRepository } from ${JSON.stringify(new URL('../../../src/inference/repository/model-repository.ts', import.meta.url).href)}
    import { platformKernel } from ${JSON.stringify(new URL('../../../src/kernel/platform-kernel.ts', import.meta.url).href)}
    const hub = { baseUrl: process.argv[1], cache: process.argv[2], backoff: ['1ms'] }
    const found = await new ModelRepository([], { kernel: platformKernel(), hub }).find('adder')
    process.stdout.write(found.sha256)
  `
  hub.fault(TABLE_PATH, dropAfter(100_000), 2)
  const children = Array.from({ length: 3 }, () => {
    const args = ['--import', 'tsx', '--input-type=module', '-e', script, hub.base, cache]
    return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  })
  const outputs = await Promise.all(
    children.map(async (child) => {
      let text = ''
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      await once(child, 'close')
      return text
    }),
  )
  expect(new Set(outputs).size).toBe(1)
  expect(outputs[0]).toMatch(/^[0-9a-f]{64}$/)
  expect(hub.requests(TABLE_PATH)).toHaveLength(3)
  expect(await readdir(await homeIn(cache))).toEqual(['1.0.0'])
})

test('the lock of a process that has died is taken over, here by its id and elsewhere by its silence', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  for (const [holder, isOld] of [
    [JSON.stringify({ pid, host: hostname(), token: 'dead' }), false],
    [JSON.stringify({ pid: 1, host: 'another machine', token: 'silent' }), true],
    ['', true],
  ] as const) {
    const cache = await temporary()
    const home = await homeIn(cache)
    hub.publish('adder', '2.0.0', { 'model.onnx': adder(2) })
    const lock = join(home, '.2.0.0.lock')
    await writeFile(lock, holder)
    if (isOld) await utimes(lock, 1, 1)
    expect((await repository(cache).find('adder', '2.0.0')).card.version).toBe('2.0.0')
    expect((await readdir(home)).sort()).toEqual(['1.0.0', '2.0.0'])
  }
})

test('the lock of a living process is waited for, until the deadline', async () => {
  const cache = await temporary()
  const home = await homeIn(cache)
  hub.publish('adder', '2.0.0', { 'model.onnx': adder(2) })
  const lock = join(home, '.2.0.0.lock')
  await writeFile(lock, JSON.stringify({ pid: process.pid, host: hostname(), token: 'other' }))
  const kernel = platformKernel()
  const deadline = kernel.clock.monotonic() + 50
  await expect(repository(cache, {}, kernel).find('adder', '2.0.0', { deadline })).rejects.toMatchObject({
    code: 'deadline',
  })
  expect(JSON.parse(await readFile(lock, 'utf8'))).toMatchObject({ token: 'other' })
})

test('a cache that cannot be written is told, with the way out', async () => {
  const folder = await temporary()
  await writeFile(join(folder, 'file'), '')
  await expect(repository(join(folder, 'file', 'cache')).find('adder')).rejects.toMatchObject({
    code: 'cache-unwritable',
    value: 'ENOTDIR',
    remedy: expect.stringContaining('hub.cache'),
  })
  await expect(repository('/proc/ganglion').find('adder')).rejects.toMatchObject({
    code: 'cache-unwritable',
    path: '/proc/ganglion',
  })
})

const mounts = mountable()

test.skipIf(!mounts)('a full disk is told, and gets its room back (needs the right to mount)', async () => {
  const cache = await mounted('size=256k')
  await expect(repository(cache).find('adder')).rejects.toMatchObject({
    code: 'cache-unwritable',
    value: 'ENOSPC',
  })
  // The room is there again: half of the disk can be written.
  await writeFile(join(cache, 'other'), Buffer.alloc(128_000))
  const sized = { bytes: { 'table.bin': TABLE.length } }
  hub.publish('sized', '1.0.0', { 'model.onnx': adder(1), 'table.bin': TABLE }, sized)
  await expect(repository(cache).find('sized')).rejects.toMatchObject({
    code: 'cache-unwritable',
    value: 'ENOSPC',
  })
  expect(hub.requests('/sized/1.0.0/table.bin')).toEqual([])
})

test.skipIf(!mounts)('a read-only disk is told (needs the right to mount)', async () => {
  const cache = await mounted('ro')
  await expect(repository(cache).find('adder')).rejects.toMatchObject({
    code: 'cache-unwritable',
    value: 'EROFS',
  })
})

test('without a cache folder of its own it is the one that XDG_CACHE_HOME names', async () => {
  const before = process.env.XDG_CACHE_HOME
  onTestFinished(() => {
    if (before === undefined) delete process.env.XDG_CACHE_HOME
    else process.env.XDG_CACHE_HOME = before
  })
  const base = await temporary()
  process.env.XDG_CACHE_HOME = base
  const models = new ModelRepository([], { kernel: platformKernel(), hub: { baseUrl: hub.base } })
  const { folder } = await models.find('adder')
  expect(folder.startsWith(join(base, 'ganglion', 'models'))).toBe(true)
})

function mountable(): boolean {
  const probe = spawnSync('sh', [
    '-c',
    'd=$(mktemp -d) && mount -t tmpfs -o size=64k tmpfs "$d" && umount "$d"',
  ])
  return probe.status === 0
}

async function mounted(options: string): Promise<string> {
  const folder = join(await temporary(), 'disk')
  await mkdir(folder)
  expect(spawnSync('sh', ['-c', 'mount -t tmpfs -o "$0" tmpfs "$1"', options, folder]).status).toBe(0)
  onTestFinished(() => {
    spawnSync('sh', ['-c', 'umount "$0"', folder])
  })
  return folder
}
