import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { InferenceError } from '../errors.ts'
import { externalData } from '../repository/external-data.ts'

/**
 * Refuses an ONNX file with weights in files outside its folder, also through links: a downloaded model must not make this
 * process read arbitrary files. It reads only the structure and skips the weights.
 *
 * @throws InferenceError (`model-damaged`) with the path of the file that is named, missing, or not ONNX.
 */
export async function checkExternalData(file: string): Promise<void> {
  const folder = dirname(file)
  for (const location of await externalData(file, basename(file))) {
    const path = resolve(folder, location)
    const entry = await stat(path).catch(() => undefined)
    if (!entry?.isFile()) {
      throw new InferenceError(
        'model-damaged',
        `${file} stores weights in ${location}, which does not exist`,
        {
          path,
          remedy: 'Restore the file from the model package',
        },
      )
    }
    if (leaves(await realpath(folder), await realpath(path))) {
      throw new InferenceError('model-damaged', `${file} stores weights outside its folder, in ${location}`, {
        path,
        value: location,
        remedy: 'Use a model whose weights are inside its folder',
      })
    }
  }
}

function leaves(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)
}
