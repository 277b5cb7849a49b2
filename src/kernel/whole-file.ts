import { rename, writeFile } from 'node:fs/promises'

/** Writes a file whole or not at all: a crash leaves what was there before. For one writer at a time. Rejects with the system's error. */
export async function writeWhole(file: string, data: string | Uint8Array): Promise<void> {
  const fresh = `${file}.new`
  await writeFile(fresh, data)
  await rename(fresh, file)
}
