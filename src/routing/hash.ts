/** The finaliser of MurmurHash3 (Appleby): every bit of the input changes about half of the output's bits. */
export function scatter(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/**
 * A member's score for a key in rendezvous hashing (Thaler & Ravishankar 1998). The member with the greatest score gets the key,
 * so a member that comes or goes moves only its own keys. `key` is `hashText(…)`, `member` a scattered hash. The result is
 * scattered again: members whose names differ in one character must not rank keys alike.
 */
export function affinity(key: number, member: number): number {
  return scatter(key ^ member)
}

/** A hash as a number in (0, 1), both ends excluded. */
export function unit(hash: number): number {
  return (hash + 0.5) / 0x1_0000_0000
}
