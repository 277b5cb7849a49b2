import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createInference, type InferenceEngine, platformKernel } from '../../../src/index.ts'
import { type VoiceActivity, voiceActivity } from '../../../src/inference/index.ts'
import { segmentsOf } from '../../../src/inference/worker/speech-segments.ts'
import { SeededRandomness } from '../../../src/kernel/random.ts'
import { FIXTURES, inRepository, ModelFolders, silero } from './model-folders.ts'

const SECOND = 16_000
const folders = new ModelFolders()
let engine: InferenceEngine
/** "The quick brown fox jumps over the dog", two seconds by espeak-ng 1.51, 16 kHz. */
let speech: Float32Array

const silence = (seconds: number) => new Float32Array(seconds * SECOND)
const noise = (seconds: number, loudness: number) => {
  const random = new SeededRandomness(7).stream('noise')
  return silence(seconds).map(() => (random.next() * 2 - 1) * loudness)
}
const joined = (...parts: Float32Array[]) => Float32Array.from(parts.flatMap((part) => [...part]))

beforeAll(async () => {
  engine = createInference({ kernel: platformKernel(), workers: 1 })
  const wav = await readFile(inRepository('test/inference/fixtures/sounds/speech-16khz.wav'))
  const pcm = wav.subarray(wav.indexOf('data') + 8)
  speech = Float32Array.from({ length: pcm.length / 2 }, (_, i) => pcm.readInt16LE(i * 2) / 32768)
})
afterAll(async () => {
  await engine.stop()
  await folders.remove()
})

describe.each(['v5', 'v6', 'legacy'])('silero %s', (version) => {
  let task: ReturnType<typeof voiceActivity>

  beforeAll(async () => {
    task = voiceActivity(await folders.make(silero(version)))
  })

  test('speech is found where it is; silence and noise are none', async () => {
    const sound = joined(silence(1.5), speech, silence(1.5))
    const [spoken, quiet, hiss] = (await engine.run(task, [
      { samples: sound },
      { samples: silence(3) },
      { samples: noise(3, 0.1) },
    ])) as [VoiceActivity, VoiceActivity, VoiceActivity]
    expect(quiet.segments).toEqual([])
    expect(hiss.segments).toEqual([])
    const first = spoken.segments[0] as { startMs: number; endMs: number }
    const last = spoken.segments.at(-1) as { startMs: number; endMs: number }
    expect(first.startMs).toBeGreaterThan(1300)
    expect(first.startMs).toBeLessThan(2000)
    expect(last.endMs).toBeGreaterThan(3000)
    expect(last.endMs).toBeLessThan(4000)
    expect(spoken.frames).toHaveLength(Math.ceil(sound.length / SECOND / (spoken.frameMs / 1000)))
  })

  test('rows of many lengths in one batch read as each does alone', async () => {
    const rows = [0.3, 2, 0.01, 1.2, 2.9, 2].map((seconds, i) => ({
      samples: joined(silence(i * 0.1), speech, speech).slice(0, seconds * SECOND),
    }))
    const together = await engine.run(task, rows)
    for (const [i, row] of rows.entries()) {
      const [alone] = (await engine.run(task, [row])) as [VoiceActivity]
      expect(together[i]?.segments).toEqual(alone.segments)
      alone.frames.forEach((chance, k) => {
        expect(together[i]?.frames[k]).toBeCloseTo(chance, 4)
      })
    }
  })
})

test('no sound, not-a-number, another array and no object are refused by their place', async () => {
  const task = voiceActivity(await folders.make(silero('v5')))
  const spoiled = speech.slice(0, 600)
  spoiled[77] = Number.NaN
  const cases: [row: unknown, path: string][] = [
    [{ samples: new Float32Array(0) }, 'rows[0].samples'],
    [{ samples: spoiled }, 'rows[0].samples[77]'],
    [{ samples: new Int16Array(512) }, 'rows[0].samples'],
    [{}, 'rows[0].samples'],
    [null, 'rows[0]'],
  ]
  for (const [row, path] of cases) {
    await expect(engine.run(task, [row as never])).rejects.toMatchObject({ code: 'bad-input', path })
  }
})

test('a model that is not silero-vad is refused by the names of its inputs', async () => {
  const folder = await folders.make(`${FIXTURES}/affine.onnx`)
  await expect(engine.run(voiceActivity(folder), [{ samples: speech }])).rejects.toMatchObject({
    code: 'model-unsupported',
    path: `${folder}/model.onnx#inputs`,
  })
})

test('short bursts are no speech, short pauses no end, and padding never overlaps', () => {
  const at = (...chances: number[]) => Float32Array.from(chances)
  const none = { minSpeechMs: 0, minSilenceMs: 0, padMs: 0 }
  const frames = at(0, 0.9, 0.4, 0.9, 0.1, 0.1, 0.1, 0.1, 0.9, 0)
  const ms = 100
  expect(segmentsOf(frames, ms, 1000, none)).toEqual([
    { startMs: 100, endMs: 400 },
    { startMs: 800, endMs: 900 },
  ])
  expect(segmentsOf(frames, ms, 1000, { ...none, minSpeechMs: 150 })).toEqual([{ startMs: 100, endMs: 400 }])
  expect(segmentsOf(frames, ms, 1000, { ...none, minSilenceMs: 500 })).toEqual([{ startMs: 100, endMs: 900 }])
  expect(segmentsOf(frames, ms, 1000, { ...none, padMs: 300 })).toEqual([
    { startMs: 0, endMs: 600 },
    { startMs: 600, endMs: 1000 },
  ])
  expect(segmentsOf(at(0.9, 0.9), ms, 180, none)).toEqual([{ startMs: 0, endMs: 180 }])
})
