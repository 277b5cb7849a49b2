import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { sha256Of } from './hub-server.ts'
import { adder } from './onnx-bytes.ts'

/** A folder that goes away with the test. */
export async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ganglion-repository-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export async function put(folder: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [file, body] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), body)
  }
}

/** A whole small model with its card; what it adds tells versions apart. */
export async function putModel(
  folder: string,
  name: string,
  version: string,
  adds = 1,
  change: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const onnx = adder(adds)
  const card = { name, version, task: 'custom', sha256: { 'model.onnx': sha256Of(onnx) }, ...change }
  await put(folder, { 'model.onnx': onnx, 'model.json': JSON.stringify(card) })
}
