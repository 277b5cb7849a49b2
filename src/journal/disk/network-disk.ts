import { statfs } from 'node:fs/promises'
import { JournalError } from '../errors.ts'

/** Numbers that Linux gives to file systems of other machines (statfs(2)). */
const KINDS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
])

/** Rejects with JournalError (`journal-network`) for a folder on a disk of another machine, as far as the platform tells. */
export async function mustBeLocal(path: string): Promise<void> {
  if (process.platform !== 'linux') return
  const { type } = await statfs(path)
  const kind = KINDS.get(type >>> 0)
  if (kind === undefined) return
  throw new JournalError('journal-network', `${path} is on a network disk (${kind})`, {
    path,
    value: kind,
    remedy:
      'Use a disk of this machine; if that one keeps what it was told to flush, and no other machine opens the journal, set networkDisk',
  })
}
