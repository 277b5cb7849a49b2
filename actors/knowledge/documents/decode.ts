/** The text of a file, or the reason why it is not text. `declared` looks for a charset in the first bytes (HTML). */
export function decode(bytes: Uint8Array, declared: boolean): { text: string } | { reason: string } {
  const encoding = byMark(bytes) ?? (declared ? byDeclaration(bytes) : undefined) ?? byZeros(bytes) ?? 'utf-8'
  let text: string
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return { reason: `is not ${encoding.toUpperCase()} text` }
  }
  if (text.includes('\u0000')) return { reason: 'is binary' }
  return text.trim() === '' ? { reason: 'is empty' } : { text }
}

function byMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8' : undefined
}

/** `<meta charset="…">`, or the encoding of an XML declaration, within the first 1,024 bytes, like browsers. */
function byDeclaration(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 1_024))
  const name =
    /<meta[^>]*charset\s*=\s*["']?\s*([\w:.-]+)/iu.exec(head) ??
    /<\?xml[^>]*encoding=["']([\w:.-]+)/iu.exec(head)
  if (name === null) return undefined
  try {
    return new TextDecoder(name[1]).encoding
  } catch {
    return undefined
  }
}

/** UTF-16 without a byte-order mark: ASCII has a zero in every second byte. */
function byZeros(bytes: Uint8Array): string | undefined {
  const head = bytes.subarray(0, 256)
  if (head.length < 4 || bytes.length % 2 !== 0) return undefined
  let even = 0
  let odd = 0
  head.forEach((byte, i) => {
    if (byte !== 0) return
    if (i % 2 === 0) even += 1
    else odd += 1
  })
  const most = head.length / 2
  if (odd > 0.6 * most && even === 0) return 'utf-16le'
  return even > 0.6 * most && odd === 0 ? 'utf-16be' : undefined
}
