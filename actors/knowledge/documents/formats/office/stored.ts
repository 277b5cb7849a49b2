const LOCAL = 0x04034b50
const LOCAL_BYTES = 30
const ENTRY = 0x02014b50
const ENTRY_BYTES = 46
const END = 0x06054b50
const END_BYTES = 22
const VERSION = 20
/** Names are in UTF-8. */
const UTF8 = 0x0800

/** A ZIP archive of these parts, unpacked, for a parser that takes nothing else. It has no checksums: that parser asks for none. */
export function storedArchive(parts: ReadonlyMap<string, Uint8Array>): Buffer {
  const pieces: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let at = 0
  for (const [name, bytes] of parts) {
    const named = Buffer.from(name)
    const own = Buffer.alloc(LOCAL_BYTES)
    own.writeUInt32LE(LOCAL, 0)
    own.writeUInt16LE(VERSION, 4)
    own.writeUInt16LE(UTF8, 6)
    own.writeUInt32LE(bytes.length, 18)
    own.writeUInt32LE(bytes.length, 22)
    own.writeUInt16LE(named.length, 26)
    const entry = Buffer.alloc(ENTRY_BYTES)
    entry.writeUInt32LE(ENTRY, 0)
    // What is told of a part begins two bytes later here: the version of the writer stands before.
    own.copy(entry, 6, 4, LOCAL_BYTES)
    entry.writeUInt32LE(at, 42)
    pieces.push(own, named, bytes)
    directory.push(entry, named)
    at += LOCAL_BYTES + named.length + bytes.length
  }
  const end = Buffer.alloc(END_BYTES)
  end.writeUInt32LE(END, 0)
  end.writeUInt16LE(parts.size, 8)
  end.writeUInt16LE(parts.size, 10)
  end.writeUInt32LE(
    directory.reduce((sum, piece) => sum + piece.length, 0),
    12,
  )
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...pieces, ...directory, end])
}
