import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInference, type InferenceEngine, platformKernel } from '../../../src/index.ts'
import { tensors } from '../../../src/inference/index.ts'
import { checkExternalData } from '../../../src/inference/worker/external-data.ts'
import { FIXTURES, ModelFolders } from './model-folders.ts'

const folders = new ModelFolders()
let engine: InferenceEngine

beforeAll(() => {
  engine = createInference({ kernel: platformKernel(), workers: 1 })
})
afterAll(async () => {
  await engine.stop()
  await folders.remove()
})

/** A protobuf field that holds bytes: a message, a text or raw data. */
const field = (number: number, ...parts: (Buffer | string)[]): Buffer => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)))
  return Buffer.concat([varint(number * 8 + 2), varint(body.length), body])
}
const number = (at: number, value: number): Buffer => Buffer.concat([varint(at * 8), varint(value)])
function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) + 128)
    if (rest < 128) return Buffer.from(bytes)
  }
}

const vector = (name: string) =>
  field(11, field(1, name), field(2, field(1, number(1, 1), field(2, field(1, number(1, 2))))))
const asOutput = (name: string) =>
  field(12, field(1, name), field(2, field(1, number(1, 1), field(2, field(1, number(1, 2))))))

/** y = x + w, float32 [2]; w stands in the file `location`. */
function modelWith(location: string): Buffer {
  const entry = (key: string, value: string) => field(13, field(1, key), field(2, value))
  const w = field(
    5,
    number(1, 2),
    number(2, 1),
    field(8, 'w'),
    entry('location', location),
    entry('length', '8'),
    number(14, 1),
  )
  const add = field(1, field(1, 'x'), field(1, 'w'), field(2, 'y'), field(4, 'Add'))
  const graph = field(7, add, field(2, 'g'), w, vector('x'), asOutput('y'))
  return Buffer.concat([number(1, 8), graph, field(8, field(1, ''), number(2, 17))])
}

async function folderWith(location: string): Promise<string> {
  const folder = await folders.tensor('fixed')
  await writeFile(join(folder, 'model.onnx'), modelWith(location))
  await writeFile(join(dirname(folder), 'outside.bin'), new Float32Array([10, 20]))
  return folder
}

test('weights in a file of the folder are read', async () => {
  const folder = await folderWith('deep/w.bin')
  await mkdir(join(folder, 'deep'))
  await writeFile(join(folder, 'deep', 'w.bin'), new Float32Array([10, 20]))
  const [row] = await engine.run(tensors(folder), [Float32Array.of(1, 2)])
  expect(row?.y?.data).toEqual(Float32Array.of(11, 22))
})

test('weights outside the folder are refused by their path: up, absolute, up from within, and by a link', async () => {
  const up = await folderWith('../outside.bin')
  const outside = join(dirname(up), 'outside.bin')
  const within = await folderWith('deep/../../outside.bin')
  const absolute = await folderWith(outside)
  const linked = await folderWith('w.bin')
  await symlink(outside, join(linked, 'w.bin'))
  const cases: [folder: string, path: string][] = [
    [up, `${up}/model.onnx#external_data`],
    [within, `${within}/model.onnx#external_data`],
    [absolute, `${absolute}/model.onnx#external_data`],
    [linked, join(linked, 'w.bin')],
  ]
  for (const [folder, path] of cases) {
    const refused = checkExternalData(join(folder, 'model.onnx'))
    await expect(refused).rejects.toMatchObject({ code: 'model-damaged', path })
    const run = engine.run(tensors(folder), [Float32Array.of(1, 2)])
    await expect(run).rejects.toMatchObject({ code: 'model-damaged' })
  }
})

test('weights that are not there are named', async () => {
  const folder = await folderWith('w.bin')
  await expect(engine.run(tensors(folder), [Float32Array.of(1, 2)])).rejects.toMatchObject({
    code: 'model-damaged',
    path: join(folder, 'w.bin'),
  })
})

test('a file that is cut, spoiled or no ONNX at all is damaged, wherever it breaks', async () => {
  const folder = await folders.tensor('affine')
  const file = join(folder, 'model.onnx')
  const whole = await readFile(join(FIXTURES, 'affine.onnx'))
  const spoiled = [
    whole.subarray(0, 40),
    whole.subarray(0, whole.length - 1),
    Buffer.alloc(300, 0xff),
    Buffer.from('<html>no model</html>'),
  ]
  for (const bytes of spoiled) {
    await writeFile(file, bytes)
    await expect(engine.run(tensors(folder), [new Float32Array(3)])).rejects.toMatchObject({
      code: 'model-damaged',
      path: file,
    })
  }
})
