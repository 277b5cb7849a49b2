import { posix } from 'node:path'
import type { Archive } from './archive.ts'
import { elementsOf, within } from './elements.ts'

/** A part that another one refers to. */
interface Part {
  readonly name: string
  /** The last word of its type ("worksheet"): the rest differs between the strict and the usual form. */
  readonly kind: string
}

/** Parts by the ids under which another one refers to them. */
export type Parts = ReadonlyMap<string, Part>

/** The parts that a part of a document of Office refers to, by their ids. The document itself refers to its main part. @throws SyntaxError */
export async function partsOf(archive: Archive, part: string): Promise<Parts> {
  const { dir, base } = posix.parse(part)
  const top = await elementsOf(archive, posix.join(dir, '_rels', `${base}.rels`))
  return new Map(
    within(top, 'Relationship').flatMap(({ attributes }): [string, Part][] => {
      const { Id = '', Target = '', Type = '', TargetMode } = attributes
      if (TargetMode === 'External') return []
      const name = posix.join('/', Target.startsWith('/') ? '' : dir, unescaped(Target))
      return [[Id, { name, kind: Type.replace(/^.*\//u, '') }]]
    }),
  )
}

/** The first part of a kind. */
export function partOf(parts: Parts, kind: string): string | undefined {
  return [...parts.values()].find((part) => part.kind === kind)?.name
}

/** Without the escapes of addresses. */
export function unescaped(address: string): string {
  try {
    return decodeURI(address)
  } catch {
    return address
  }
}
