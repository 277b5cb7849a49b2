/** FNV-1a over UTF-16 units, 32 bits. */
export function hashText(text: string, seed = 0x811c9dc5): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i)
    hash = Math.imul(hash, 0x01000193)
  }
  return hash >>> 0
}

/** The finaliser of MurmurHash3 (Appleby): every bit of the input moves about half of the output's. */
export function scatter(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/**
 * What a member scores for a key in rendezvous hashing (Thaler & Ravishankar 1998): the member with the greatest score takes the
 * key, so one that comes or goes moves only keys of its own. `key` is `hashText(…)`, `member` a scattered hash. Scattered once
 * more: members that differ in one character only must not share their order of keys.
 */
export function affinity(key: number, member: number): number {
  return scatter(key ^ member)
}

/** A hash as a number in (0, 1), never either end. */
export function unit(hash: number): number {
  return (hash + 0.5) / 0x1_0000_0000
}
