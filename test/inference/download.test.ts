import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createInference, type InferenceEngine, platformKernel } from '../../src/index.ts'
import { tensors } from '../../src/inference/index.ts'
import { HubServer, hang } from './repository/hub-server.ts'
import { temporary } from './repository/model-files.ts'
import { adder } from './repository/onnx-bytes.ts'

const kernel = platformKernel()
const affine = tensors('adder')
let hub: HubServer
let engine: InferenceEngine

beforeAll(async () => {
  hub = await HubServer.start()
})
afterAll(() => hub.stop())
beforeEach(async () => {
  hub.publish('adder', '1.0.0', { 'model.onnx': adder(1) })
  engine = createInference({ kernel, workers: 1, hub: { baseUrl: hub.base, cache: await temporary() } })
})

/** Resolves when the model's file is asked for, which never comes. */
function silence(): Promise<void> {
  hub.fault('/adder/1.0.0/model.onnx', hang)
  return new Promise((resolve) => {
    hub.onRequest = ({ path }) => {
      if (path.endsWith('model.onnx')) resolve()
    }
  })
}

test('stop ends a download that somebody waits for, and says that it was the stop', async () => {
  const asked = silence()
  const waiting = engine.warm(affine).catch((error: unknown) => error)
  await asked
  await engine.stop()
  expect(await waiting).toMatchObject({ code: 'stopped' })
})

test('a caller leaves a download by its deadline or its signal; others continue waiting for it', async () => {
  const asked = silence()
  const leaving = new AbortController()
  const row = Float32Array.of(1)
  const late = engine.run(affine, [row], { deadline: kernel.clock.monotonic() + 50 })
  const cancelled = engine.run(affine, [row], { signal: leaving.signal })
  const stays = engine.warm(affine).catch((error: unknown) => error)
  const settled = Promise.allSettled([late, cancelled])
  await asked
  leaving.abort()
  const [first, second] = await settled
  expect(first).toMatchObject({ reason: { code: 'deadline' } })
  expect(second).toMatchObject({ reason: { code: 'cancelled' } })
  await engine.stop()
  expect(await stays).toMatchObject({ code: 'stopped' })
})
