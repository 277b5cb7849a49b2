import { randomBytes } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { HubOptions, HubProgress } from '../../../src/inference/repository/hub/model-hub.ts'
import { ModelRepository } from '../../../src/inference/repository/model-repository.ts'
import { platformKernel } from '../../../src/kernel/platform-kernel.ts'
import { breakOff, dropAfter, HubServer, hang, instead, sha256Of, status } from './hub-server.ts'
import { putModel, temporary } from './model-files.ts'
import { adder } from './onnx-bytes.ts'

const kernel = platformKernel()
const ONNX = adder(1)
const TABLE = randomBytes(300_000)
const TABLE_PATH = '/adder/1.0.0/data/table.bin'
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
  hub.ignoresRange = false
  hub.publish('adder', '1.0.0', { 'model.onnx': ONNX, 'data/table.bin': TABLE })
})

async function repository(options: Partial<HubOptions> = {}, folders: string[] = []) {
  const cache = options.cache ?? (await temporary())
  const own = { baseUrl: hub.base, backoff: ['1ms'], stallTimeout: '5s', ...options, cache }
  return { cache, models: new ModelRepository(folders, { kernel, hub: own }) }
}

test('the newest version is downloaded, checked and kept: a second find asks nobody', async () => {
  hub.publish('adder', '1.1.0', { 'model.onnx': adder(2) })
  const { cache, models } = await repository()
  const found = await models.find('adder')
  expect(found).toMatchObject({ card: { name: 'adder', version: '1.1.0' }, sha256: sha256Of(adder(2)) })
  expect(await readFile(join(found.folder, 'model.onnx'))).toEqual(adder(2))
  expect(found.folder.startsWith(cache)).toBe(true)
  const asked = hub.seen.length
  const again = (await repository({ cache })).models
  expect((await again.find('adder', '1.1.0')).folder).toBe(found.folder)
  expect(hub.seen).toHaveLength(asked)
  expect((await again.find('adder', '1.0.0')).card.version).toBe('1.0.0')
  expect(await readdir(join(found.folder, '..'))).toEqual(['1.0.0', '1.1.0'])
  expect((await again.list()).filter(({ folder }) => folder.startsWith(cache))).toMatchObject([
    { name: 'adder', version: '1.1.0' },
    { name: 'adder', version: '1.0.0' },
  ])
})

test('what is in a folder is not asked of the hub, except a version that only the hub has', async () => {
  const folder = await temporary()
  await putModel(join(folder, 'adder'), 'adder', '0.9.0')
  const { models } = await repository({}, [folder])
  expect((await models.find('adder')).card.version).toBe('0.9.0')
  expect(hub.seen).toEqual([])
  expect((await models.find('adder', '1.0.0')).card.version).toBe('1.0.0')
  await expect(models.find('adder', '7.0.0')).rejects.toMatchObject({
    code: 'version-not-found',
    remedy: expect.stringContaining('1.0.0, 0.9.0'),
  })
  await expect(models.find('nobody')).rejects.toMatchObject({ code: 'model-not-found', path: 'model' })
  await expect(models.find('nobody', '1.0.0')).rejects.toMatchObject({ code: 'model-not-found' })
})

test('a connection that drops is gone on with where it broke, as often as it takes', async () => {
  hub.fault(TABLE_PATH, dropAfter(40_000), 7)
  const progress: HubProgress[] = []
  const { models } = await repository({ attempts: 2, onProgress: (one) => progress.push(one) })
  const { folder } = await models.find('adder')
  expect((await readFile(join(folder, 'data/table.bin'))).equals(TABLE)).toBe(true)
  const requests = hub.requests(TABLE_PATH)
  expect(requests).toHaveLength(8)
  expect(requests[1]?.headers).toMatchObject({
    range: expect.stringMatching(/^bytes=[1-9]\d*-$/),
    'if-range': `"${sha256Of(TABLE)}"`,
  })
  const bytes = progress.filter(({ file }) => file === 'data/table.bin').map((one) => one.bytes)
  expect(bytes).toEqual([...bytes].sort((a, b) => a - b))
  expect(progress.at(-1)).toMatchObject({ model: 'adder', version: '1.0.0', bytes: 300_000, total: 300_000 })
})

test('a process that gave up in the middle is gone on with by the next', async () => {
  hub.fault(TABLE_PATH, dropAfter(100_000))
  hub.fault(TABLE_PATH, status(503), 2)
  const { cache, models } = await repository({ attempts: 2 })
  await expect(models.find('adder')).rejects.toMatchObject({ code: 'hub-refused', value: 503 })
  hub.faults.length = 0
  hub.seen.length = 0
  const { folder } = await (await repository({ cache })).models.find('adder')
  expect((await readFile(join(folder, 'data/table.bin'))).equals(TABLE)).toBe(true)
  expect(hub.requests(TABLE_PATH).map(({ headers }) => headers.range)).toEqual([
    expect.stringMatching(/^bytes=[1-9]\d*-$/),
  ])
  expect(hub.requests('/adder/1.0.0/model.onnx')).toEqual([])
})

test('a server that ignores Range makes it start again', async () => {
  hub.ignoresRange = true
  hub.fault(TABLE_PATH, dropAfter(100_000))
  const { models } = await repository()
  const { folder } = await models.find('adder')
  expect((await readFile(join(folder, 'data/table.bin'))).equals(TABLE)).toBe(true)
  expect(hub.requests(TABLE_PATH)).toHaveLength(2)
})

test('a range from elsewhere, and one that is refused, make it start again', async () => {
  hub.fault(TABLE_PATH, dropAfter(100_000))
  hub.fault(TABLE_PATH, (_request, response) => {
    response.writeHead(206, { 'content-range': 'bytes 5-9/300000' }).end('wrong')
    return true
  })
  hub.fault(TABLE_PATH, dropAfter(100_000))
  hub.fault(TABLE_PATH, status(416))
  const { models } = await repository()
  const { folder } = await models.find('adder')
  expect((await readFile(join(folder, 'data/table.bin'))).equals(TABLE)).toBe(true)
})

test('a file that has changed in the middle of a download is fetched whole, not joined', async () => {
  const other = randomBytes(300_000)
  hub.fault(TABLE_PATH, (_request, response) => {
    response.writeHead(200, { 'content-length': other.length })
    breakOff(response, other.subarray(0, 100_000))
    return true
  })
  const { models } = await repository()
  const { folder } = await models.find('adder')
  expect((await readFile(join(folder, 'data/table.bin'))).equals(TABLE)).toBe(true)
})

test('wrong bytes are refused with both checksums, and nothing of them stays', async () => {
  const wrong = randomBytes(TABLE.length)
  hub.fault(TABLE_PATH, instead(wrong))
  const { cache, models } = await repository()
  await expect(models.find('adder')).rejects.toMatchObject({
    code: 'model-damaged',
    path: new URL(TABLE_PATH, hub.base).href,
    value: { expected: sha256Of(TABLE), found: sha256Of(wrong) },
  })
  expect((await models.list()).filter(({ folder }) => folder.startsWith(cache))).toEqual([])
  expect((await models.find('adder')).card.version).toBe('1.0.0')
})

test('a server that lies about the length: short is damaged, long breaks off and is given up', async () => {
  hub.fault(TABLE_PATH, instead(TABLE.subarray(0, 1000)))
  await expect((await repository()).models.find('adder')).rejects.toMatchObject({ code: 'model-damaged' })
  const long = (_: unknown, response: import('node:http').ServerResponse): boolean => {
    response.writeHead(200, { 'content-length': TABLE.length })
    breakOff(response, TABLE.subarray(0, 1000))
    return true
  }
  hub.fault(TABLE_PATH, long, 50)
  await expect((await repository({ attempts: 3 })).models.find('adder')).rejects.toMatchObject({
    code: 'hub-unreachable',
    path: new URL(TABLE_PATH, hub.base).href,
  })
  hub.faults.length = 0
  hub.publish('sized', '1.0.0', { 'model.onnx': ONNX }, { bytes: { 'model.onnx': ONNX.length + 1 } })
  await expect((await repository()).models.find('sized')).rejects.toMatchObject({
    code: 'model-damaged',
    value: { expected: ONNX.length + 1, found: ONNX.length },
  })
})

test('404, 403 and 500 are told apart: what may pass is tried again, what will not is not', async () => {
  hub.fault(TABLE_PATH, status(500), 2)
  hub.fault(TABLE_PATH, status(429))
  expect((await (await repository()).models.find('adder')).card.version).toBe('1.0.0')
  expect(hub.requests(TABLE_PATH)).toHaveLength(4)
  for (const code of [403, 404]) {
    hub.seen.length = 0
    hub.fault(TABLE_PATH, status(code))
    await expect((await repository()).models.find('adder')).rejects.toMatchObject({
      code: 'hub-refused',
      value: code,
      path: new URL(TABLE_PATH, hub.base).href,
    })
    expect(hub.requests(TABLE_PATH)).toHaveLength(1)
  }
})

test('redirects are followed, without the headers of the hub once they lead elsewhere; loops are not', async () => {
  const mirror = await HubServer.start()
  try {
    mirror.files.set('/t', TABLE)
    hub.fault(TABLE_PATH, status(302, { location: '/moved' }))
    hub.fault('/moved', status(307, { location: `${mirror.base}t` }))
    const headers = { authorization: 'Bearer secret' }
    const { models } = await repository({ headers })
    expect((await models.find('adder')).card.version).toBe('1.0.0')
    expect(hub.requests('/moved')[0]?.headers.authorization).toBe('Bearer secret')
    expect(mirror.requests('/t')).toHaveLength(1)
    expect(mirror.requests('/t')[0]?.headers.authorization).toBeUndefined()
  } finally {
    await mirror.stop()
  }
  hub.fault(TABLE_PATH, status(302, { location: TABLE_PATH }), 50)
  await expect((await repository()).models.find('adder')).rejects.toMatchObject({ code: 'hub-refused' })
  hub.faults.length = 0
  hub.fault(TABLE_PATH, status(302, { location: 'file:///etc/passwd' }))
  await expect((await repository()).models.find('adder')).rejects.toMatchObject({ code: 'hub-refused' })
})

test('a server that says nothing is given up, and nobody listens at all is told', async () => {
  hub.fault('/adder/versions.json', hang, 9)
  const { models } = await repository({ attempts: 2, stallTimeout: '100ms' })
  await expect(models.find('adder')).rejects.toMatchObject({ code: 'hub-unreachable' })
  const gone = await HubServer.start()
  await gone.stop()
  await expect(
    (await repository({ baseUrl: gone.base, attempts: 2 })).models.find('adder'),
  ).rejects.toMatchObject({
    code: 'hub-unreachable',
    path: `${gone.base}adder/versions.json`,
  })
})

test('when the hub is away the newest kept version serves, and the user hears of it', async () => {
  const { cache, models } = await repository()
  await models.find('adder')
  hub.publish('adder', '2.0.0', { 'model.onnx': adder(2) })
  hub.fault('/adder/versions.json', status(500), 9)
  const notices: string[] = []
  const later = await repository({ cache, attempts: 1, onNotice: (text) => notices.push(text) })
  expect((await later.models.find('adder')).card.version).toBe('1.0.0')
  expect(notices).toHaveLength(1)
})

test('offline uses what is kept and never the network', async () => {
  const { cache, models } = await repository()
  await models.find('adder')
  hub.seen.length = 0
  const offline = await repository({ cache, offline: true })
  expect((await offline.models.find('adder')).card.version).toBe('1.0.0')
  await expect(offline.models.find('adder', '2.0.0')).rejects.toMatchObject({
    code: 'hub-offline',
    value: '2.0.0',
  })
  await expect(offline.models.find('other')).rejects.toMatchObject({ code: 'hub-offline', value: 'other' })
  expect(hub.seen).toEqual([])
})

test('a kept version that was damaged is downloaded anew; offline it is told', async () => {
  const { cache, models } = await repository()
  const { folder } = await models.find('adder')
  await writeFile(join(folder, 'data/table.bin'), 'damaged')
  await expect((await repository({ cache, offline: true })).models.find('adder')).rejects.toMatchObject({
    code: 'model-damaged',
    path: join(folder, 'data/table.bin'),
  })
  const notices: string[] = []
  const again = await repository({ cache, onNotice: (text) => notices.push(text) })
  expect((await again.models.find('adder')).folder).toBe(folder)
  expect((await readFile(join(folder, 'data/table.bin'))).equals(TABLE)).toBe(true)
  expect(notices).not.toEqual([])
})

test('names and cards cannot write outside the cache', async () => {
  const { models } = await repository()
  for (const file of ['../evil', '/evil', 'a/../../evil', 'a\\evil', '.lock']) {
    hub.files.set(
      '/evil/1.0.0/model.json',
      Buffer.from(
        JSON.stringify({ name: 'evil', version: '1.0.0', task: 'x', sha256: { [file]: 'a'.repeat(64) } }),
      ),
    )
    await expect(models.find('evil', '1.0.0'), file).rejects.toMatchObject({
      code: 'model-unsupported',
      path: `${hub.base}evil/1.0.0/model.json#sha256.${file}`,
    })
  }
  hub.publish('other', '1.0.0', { 'model.onnx': ONNX }, { name: 'adder' })
  await expect(models.find('other')).rejects.toMatchObject({ code: 'model-unsupported' })
  hub.files.set('/evil/versions.json', Buffer.from('{"versions":["../../x"]}'))
  await expect(models.find('evil')).rejects.toMatchObject({ code: 'model-unsupported' })
  hub.seen.length = 0
  await expect(models.find('ev\0il')).rejects.toMatchObject({ code: 'model-not-found' })
  await expect(models.find('evil', '..')).rejects.toMatchObject({ code: 'bad-input', path: 'version' })
  expect(hub.seen).toEqual([])
})

test('a model that is too large is refused by its card, by its length, and by its bytes', async () => {
  const bytesMax = 200_000
  const table = { 'model.onnx': ONNX, 'data/table.bin': TABLE }
  hub.publish('carded', '1.0.0', table, { bytes: { 'data/table.bin': TABLE.length } })
  const { models } = await repository({ bytesMax })
  await expect(models.find('carded')).rejects.toMatchObject({ code: 'model-too-large', path: 'hub.bytesMax' })
  expect(hub.requests('/carded/1.0.0/data/table.bin')).toEqual([])
  await expect(models.find('adder')).rejects.toMatchObject({ code: 'model-too-large' })
  hub.fault(TABLE_PATH, (_request, response, body) => {
    response.writeHead(200, { 'transfer-encoding': 'chunked' }).end(body)
    return true
  })
  await expect(models.find('adder')).rejects.toMatchObject({ code: 'model-too-large' })
})

test('hub options that make no sense are refused by name', async () => {
  for (const [options, path] of [
    [{ baseUrl: 'ftp://x' }, 'hub.baseUrl'],
    [{ baseUrl: 'nonsense' }, 'hub.baseUrl'],
    [{ attempts: 0 }, 'hub.attempts'],
    [{ stallTimeout: 'soon' }, 'hub.stallTimeout'],
    [{ bytesMax: -1 }, 'hub.bytesMax'],
  ] as const) {
    await expect((await repository(options)).models.find('adder')).rejects.toMatchObject({
      code: 'invalid-argument',
      path,
    })
  }
})
