import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InferenceError } from '../../errors.ts'
import type { Limits } from '../limits.ts'
import { filesOf, type ModelCard, readCard } from '../model-card.ts'
import { CARD_FILE } from '../model-folder.ts'
import { isVersionName } from '../names.ts'
import { checkRoom, onDisk } from './disk.ts'
import { download } from './download.ts'
import { type HttpClient, tooLarge } from './http-client.ts'
import type { Fetch, HubLayout } from './layout.ts'

const DOCUMENT_BYTES_MAX = 1 << 20
const VERSIONS_MAX = 10_000

/** `BASE/NAME/versions.json`, `BASE/NAME/VERSION/model.json`, `BASE/NAME/VERSION/FILE`. */
export class GanglionLayout implements HubLayout {
  readonly #client: HttpClient
  readonly #base: URL
  readonly #bytesMax: number

  constructor(client: HttpClient, base: URL, bytesMax: number) {
    this.#client = client
    this.#base = base
    this.#bytesMax = bytesMax
  }

  async versions(name: string, limits: Limits): Promise<readonly string[] | undefined> {
    const url = addressOf(this.#base, name, 'versions.json')
    const text = await this.#client.text(url, DOCUMENT_BYTES_MAX, limits)
    return text === undefined ? undefined : versionsOf(text, url)
  }

  async fetch({ name, version, folder, limits, onBytes }: Fetch): Promise<boolean> {
    const url = addressOf(this.#base, name, version, CARD_FILE)
    const text = await this.#client.text(url, DOCUMENT_BYTES_MAX, limits)
    if (text === undefined) return false
    const card = readCard(text, url.href)
    checkIdentity(card, url, name, version)
    const files = filesOf(card)
    await this.#checkSize(card, files, folder)
    let left = this.#bytesMax
    for (const file of files) {
      const target = {
        url: addressOf(this.#base, name, version, ...file.split('/')),
        path: join(folder, file),
        sha256: sumOf(card, file, url),
        ...(card.bytes?.[file] === undefined ? {} : { bytes: card.bytes[file] }),
        bytesMax: left,
      }
      let size = 0
      const told = (bytes: number, total: number | undefined): void => {
        size = bytes
        onBytes(file, bytes, total)
      }
      await download(this.#client, { ...target, onBytes: told }, limits)
      left -= size
    }
    // Written last: a folder with a card is complete.
    const path = join(folder, CARD_FILE)
    await onDisk(path, writeFile(path, text, { flush: true }))
    return true
  }

  /** The size in the card is checked before any download. */
  async #checkSize(card: ModelCard, files: readonly string[], folder: string): Promise<void> {
    const bytes = files.reduce((sum, file) => sum + (card.bytes?.[file] ?? 0), 0)
    if (bytes > this.#bytesMax) throw tooLarge(`${card.name} ${card.version}`, this.#bytesMax)
    await checkRoom(folder, bytes)
  }
}

/** The address below the base; each part is one segment, whatever it contains. */
export function addressOf(base: URL, ...parts: readonly string[]): URL {
  const path = parts.flatMap((part) => part.split('/')).map(encodeURIComponent)
  return new URL(path.join('/'), base)
}

function sumOf(card: ModelCard, file: string, url: URL): string {
  const sha256 = card.sha256[file]
  if (sha256 !== undefined) return sha256
  throw new InferenceError('model-unsupported', `${url.href} has no checksum of ${file}`, {
    path: `${url.href}#sha256.${file}`,
    remedy: 'A model in a hub needs the sha256 of every file in its card: scripts/model-card.ts writes them',
  })
}

function checkIdentity(card: ModelCard, url: URL, name: string, version: string): void {
  for (const [field, expected] of [
    ['name', name],
    ['version', version],
  ] as const) {
    if (card[field] === expected) continue
    throw new InferenceError('model-unsupported', `${url.href} is the card of another model`, {
      path: `${url.href}#${field}`,
      value: card[field],
      remedy: `Its ${field} should be '${expected}': tell the hub's operator`,
    })
  }
}

function versionsOf(text: string, url: URL): readonly string[] {
  const versions = parse(text)?.versions
  const good =
    Array.isArray(versions) &&
    versions.length <= VERSIONS_MAX &&
    versions.every((one) => typeof one === 'string' && isVersionName(one))
  if (good) return versions as string[]
  throw new InferenceError('model-unsupported', `${url.href} lists no versions`, {
    path: `${url.href}#versions`,
    value: versions,
    remedy: 'It should be { "versions": ["1.0.0", …] }: check hub.baseUrl and hub.layout',
  })
}

function parse(text: string): { readonly versions?: unknown } | undefined {
  try {
    return JSON.parse(text) as { versions?: unknown }
  } catch {
    return undefined
  }
}
