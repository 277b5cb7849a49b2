import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createInference, type InferenceEngine, platformKernel } from '../../../src/index.ts'
import { type ImageRow, type OcrLine, ocr } from '../../../src/inference/index.ts'
import { boxesOf } from '../../../src/inference/worker/ocr/detection.ts'
import { decode } from '../../../src/inference/worker/ocr/recognition.ts'
import { cornersOf, grown, hullOf, smallestRectangle } from '../../../src/inference/worker/ocr/rectangles.ts'
import { inRepository, ModelFolders } from './model-folders.ts'

// Three networks read every page: on a machine that is busy otherwise that takes its time.
vi.setConfig({ testTimeout: 90_000 })

const folders = new ModelFolders()
let engine: InferenceEngine
let folder: string

beforeAll(async () => {
  engine = createInference({ kernel: platformKernel(), workers: 1 })
  folder = await folders.ocr()
})
afterAll(async () => {
  await engine.stop()
  await folders.remove()
})

/** A page of make-images.mjs, in colour. */
async function page(name: string, width: number, height: number, channels = 3): Promise<ImageRow> {
  const file = inRepository(`test/inference/fixtures/images/${name}-${width}x${height}.grey.gz`)
  const grey = gunzipSync(await readFile(file))
  const data = new Uint8Array(width * height * channels).fill(255)
  grey.forEach((value, i) => {
    data.fill(value, i * channels, i * channels + 3)
  })
  return { width, height, data }
}

/** A quarter turn to the right. */
function turned({ width, height, data }: ImageRow): ImageRow {
  const to = new Uint8Array(data.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      to.set(data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3), (x * height + height - 1 - y) * 3)
    }
  }
  return { width: height, height: width, data: to }
}

const LETTER = [
  'Supervised actors',
  'Invoice 2024-117 of 5 March',
  'Total: $1,482.50',
  'paid in full',
  'mailbox and ledger',
]
const words = (text: string) => text.replaceAll(' ', '')

test('reads a page line by line, in reading order, each line with its place', async () => {
  const image = await page('letter', 560, 300)
  const [lines] = await engine.run(ocr(folder), [image])
  expect(lines?.map(({ text }) => words(text))).toEqual(LETTER.map(words))
  for (const { score, box } of lines ?? []) {
    expect(score).toBeGreaterThan(0.8)
    for (const [x, y] of box) {
      expect(x).toBeGreaterThan(-20)
      expect(x).toBeLessThan(image.width + 20)
      expect(y).toBeGreaterThan(-20)
      expect(y).toBeLessThan(image.height + 20)
    }
  }
  // 'Supervised actors' was drawn from (30, 60) on, 34 pixels high.
  const [supervised] = lines as [OcrLine]
  const [[left, top], , [, bottom]] = supervised.box
  expect(Math.abs(left - 30)).toBeLessThan(12)
  expect(top).toBeLessThan(40)
  expect(bottom).toBeGreaterThan(58)
  expect(bottom).toBeLessThan(85)
})

test('with opacity too, and when the page stands on its head', async () => {
  const image = await page('letter', 560, 300)
  const [clear] = await engine.run(ocr(folder), [await page('letter', 560, 300, 4)])
  expect(clear?.map(({ text }) => words(text))).toEqual(LETTER.map(words))
  const [upside] = await engine.run(ocr(folder), [turned(turned(image))])
  expect(upside?.map(({ text }) => words(text)).sort()).toEqual(LETTER.map(words).sort())
})

test('when the page lies on its side, and when lines are skewed', async () => {
  const [aside] = await engine.run(ocr(folder), [turned(await page('letter', 560, 300))])
  expect(aside?.map(({ text }) => words(text)).sort()).toEqual(LETTER.map(words).sort())
  const [skewed] = await engine.run(ocr(folder), [await page('skewed', 480, 240)])
  expect(skewed?.map(({ text }) => words(text))).toEqual(['thequietharbour'])
  const [harbour] = skewed as [OcrLine]
  const [[x0, y0], [x1, y1]] = harbour.box
  expect((Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI).toBeCloseTo(9, -1)
})

test('white pages, single pixels and noise hold no lines', async () => {
  const white = { width: 200, height: 100, data: new Uint8Array(60_000).fill(255) }
  const pixel = { width: 1, height: 1, data: Uint8Array.of(0, 0, 0) }
  const checkered = {
    width: 64,
    height: 64,
    data: new Uint8Array(64 * 64 * 3).map((_, i) => ((i / 3) & 1) * 255),
  }
  expect(await engine.run(ocr(folder), [white, pixel, checkered])).toEqual([[], [], []])
})

test('images of no size, of a wrong size, or of no bytes are refused by their place', async () => {
  const data = new Uint8Array(300)
  const cases: [row: unknown, path: string][] = [
    [{ width: 0, height: 0, data: new Uint8Array(0) }, 'rows[0].width'],
    [{ width: 10, height: 0, data }, 'rows[0].height'],
    [{ width: 10.5, height: 10, data }, 'rows[0].width'],
    [{ width: 10, height: 11, data }, 'rows[0].data'],
    [{ width: 10, height: 10, data: new Float32Array(300) }, 'rows[0].data'],
    [{ width: 1e9, height: 1, data }, 'rows[0].width'],
    [{}, 'rows[0].width'],
    [7, 'rows[0]'],
  ]
  for (const [row, path] of cases) {
    await expect(engine.run(ocr(folder), [row as never])).rejects.toMatchObject({ code: 'bad-input', path })
  }
})

test('a folder without one of the models, or with another model in its place, is refused by the file', async () => {
  const image = await page('skewed', 480, 240)
  const empty = await folders.tensor('affine')
  await expect(engine.run(ocr(empty), [image])).rejects.toMatchObject({
    code: 'model-damaged',
    path: `${empty}/keys`,
  })
  const task = ocr(folder, { files: { recognition: 'model.onnx' } })
  await expect(engine.run(task, [image])).rejects.toMatchObject({
    code: 'model-unsupported',
    path: `${folder}/model.onnx#inputs`,
  })
})

test('the smallest rectangle holds every point, and none at an angle beside its sides is smaller', () => {
  const points = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
    minLength: 3,
    maxLength: 30,
  })
  fc.assert(
    fc.property(points, (cloud) => {
      const { x, y, along, length, breadth } = smallestRectangle(hullOf(cloud))
      const sides = (u: readonly [number, number]) => {
        const [a, b] = [
          cloud.map((p) => p[0] * u[0] + p[1] * u[1]),
          cloud.map((p) => p[1] * u[0] - p[0] * u[1]),
        ]
        return (Math.max(...a) - Math.min(...a)) * (Math.max(...b) - Math.min(...b))
      }
      for (const [px, py] of cloud) {
        expect(Math.abs((px - x) * along[0] + (py - y) * along[1])).toBeLessThanOrEqual(length / 2 + 1e-6)
        expect(Math.abs((py - y) * along[0] - (px - x) * along[1])).toBeLessThanOrEqual(breadth / 2 + 1e-6)
      }
      for (let degree = 0; degree < 90; degree += 3) {
        const angle = (degree * Math.PI) / 180
        expect(length * breadth).toBeLessThanOrEqual(sides([Math.cos(angle), Math.sin(angle)]) + 1e-6)
      }
    }),
    { numRuns: 200 },
  )
})

test('corners begin at the top left one, and growing keeps centre and angle', () => {
  const flat = smallestRectangle(
    hullOf([
      [10, 10],
      [50, 10],
      [50, 20],
      [10, 20],
    ]),
  )
  expect(cornersOf(flat).map((corner) => corner.map(Math.round))).toEqual([
    [10, 10],
    [50, 10],
    [50, 20],
    [10, 20],
  ])
  // Area 400, circumference 100: by 1.5 · 4 = 6 on every side.
  expect(cornersOf(grown(flat, 1.5)).map((corner) => corner.map(Math.round))).toEqual([
    [4, 4],
    [56, 4],
    [56, 26],
    [4, 26],
  ])
})

test('areas that touch by a corner are one box; faint and tiny ones are none', () => {
  const map = new Float32Array(40 * 20)
  const fill = (x0: number, y0: number, x1: number, y1: number, value: number) => {
    for (let y = y0; y < y1; y++) map.fill(value, y * 40 + x0, y * 40 + x1)
  }
  fill(2, 2, 12, 8, 0.9)
  fill(12, 8, 20, 12, 0.9)
  fill(30, 2, 38, 8, 0.4)
  fill(30, 15, 32, 17, 0.9)
  const settings = { sideMax: 960, threshold: 0.3, boxThreshold: 0.6, unclip: 0 }
  const boxes = boxesOf(map, 40, 20, settings)
  expect(boxes).toHaveLength(1)
  expect(boxes[0]?.score).toBeCloseTo(0.9, 5)
})

test('CTC: repetitions are one, a blank parts them, blanks alone are nothing', () => {
  const characters = ['', 'a', 'b']
  const steps = (path: string) =>
    Float32Array.from([...path].flatMap((c) => ['-', 'a', 'b'].map((one) => (one === c ? 0.9 : 0.05))))
  const read = (path: string) => decode(steps(path), 0, path.length, characters)
  expect(read('aa-abb--b').text).toBe('aabb')
  expect(read('aa-abb--b').score).toBeCloseTo(0.9, 5)
  expect(read('----')).toEqual({ text: '', score: 0 })
})
