/** FNV-1a (Fowler, Noll, Vo) over UTF-16 units, 32 bits. `seed` may be the hash of what goes before. */
export function hashText(text: string, seed = 0x811c9dc5): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i)
    hash = Math.imul(hash, 0x01000193)
  }
  return hash >>> 0
}
