import { cp, mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A temporary folder of versions, all with the same files under different version names. */
export interface Copies {
  /** Remove it at the end. */
  readonly root: string
  readonly versions: readonly string[]
  /** Size of one version's `model.onnx`. */
  readonly bytes: number
}

/** Copies one model's folder `count` times, as versions 1.0.0, 1.0.1 … of `name` in `root/name/`. */
export async function copiesOf(model: string, name: string, count: number): Promise<Copies> {
  const root = await mkdtemp(join(tmpdir(), 'ganglion-memory-'))
  const card = JSON.parse(await readFile(join(model, 'model.json'), 'utf8')) as Record<string, unknown>
  const versions = Array.from({ length: count }, (_, i) => `1.0.${i}`)
  for (const version of versions) {
    const folder = join(root, name, version)
    await mkdir(folder, { recursive: true })
    for (const file of ['model.onnx', 'tokenizer.json']) await cp(join(model, file), join(folder, file))
    await writeFile(join(folder, 'model.json'), JSON.stringify({ ...card, name, version }))
  }
  return { root, versions, bytes: (await stat(join(model, 'model.onnx'))).size }
}
