import { cp, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import * as ganglion from '../../../src/index.ts'
import * as inference from '../../../src/inference/index.ts'
import { FIXTURES, inRepository, ModelFolders, silero } from './model-folders.ts'

// The page runs every task, OCR included.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 })

const folders = new ModelFolders()
const page = await readFile(inRepository('docs/inference-tasks.md'), 'utf8')
const examples = [...page.matchAll(/^## (.+)$(?:(?!^## )[\s\S])*?```js\n([\s\S]+?)```/gm)].map(
  ([, title, code]) => [title, code] as [string, string],
)
let engine: ganglion.InferenceEngine

beforeAll(async () => {
  const made: [name: string, folder: string][] = [
    ['reader', await folders.text('reader')],
    ['cross-encoder', await folders.text('overlap')],
    ['affine', await folders.tensor('affine')],
    ['silero-vad', await folders.make(silero('v5'))],
    ['pp-ocr', await folders.ocr()],
  ]
  const models = dirname(made[0]?.[1] as string)
  for (const [name, folder] of made) await rename(folder, join(models, name))
  for (const name of ['clinc-domains', 'sentfin-entities'])
    await cp(join(FIXTURES, name), join(models, name), { recursive: true })
  engine = ganglion.createInference({ kernel: ganglion.platformKernel(), workers: 1, models: [models] })
})
afterAll(async () => {
  await engine.stop()
  await folders.remove()
})

async function given(): Promise<Record<string, unknown>> {
  const grey = gunzipSync(
    await readFile(inRepository('test/inference/fixtures/images/skewed-480x240.grey.gz')),
  )
  const wav = await readFile(inRepository('test/inference/fixtures/sounds/speech-16khz.wav'))
  return {
    ...ganglion,
    ...inference,
    engine,
    image: {
      width: 480,
      height: 240,
      data: Uint8Array.from({ length: grey.length * 3 }, (_, i) => grey[Math.floor(i / 3)] as number),
    },
    speech: Float32Array.from(
      { length: (wav.length - 44) / 2 },
      (_, i) => wav.readInt16LE(44 + i * 2) / 32768,
    ),
    double: inRepository('test/inference/fixtures/modules/double.mjs'),
  }
}

test('the page has an example for each task', () => {
  const names = [
    'embeddings',
    'textClassification',
    'tokenClassification',
    'questionAnswering',
    'reranking',
    'ocr',
    'voiceActivity',
    'tensors',
    'custom',
  ]
  const code = examples.map(([, one]) => one).join('')
  expect(names.filter((name) => !code.includes(`${name}(`))).toEqual([])
})

test.each(examples)('docs/inference-tasks.md: %s', async (_, code) => {
  const found: { what: string; is: unknown; should: unknown }[] = []
  const known = await given()
  const check = (what: string, is: unknown, should: unknown) => found.push({ what, is, should })
  const body = code.replaceAll(/^(.+) \/\/ → (.+)$/gm, (_line, what: string, should: string) => {
    return `check(${JSON.stringify(what)}, ${what}, ${should})`
  })
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor
  await AsyncFunction('check', ...Object.keys(known), body)(check, ...Object.values(known))
  expect(found.length).toBeGreaterThan(0)
  for (const { what, is, should } of found) expect(is, what).toEqual(should)
})
