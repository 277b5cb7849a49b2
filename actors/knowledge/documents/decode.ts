/**
 * The text of a file, or the reason why it is not text. `declared` looks for a charset in the first bytes (HTML). Text that names
 * no charset and is not UTF-8 is read in the old charset that fits it best, and `aside` says so.
 */
export function decode(
  bytes: Uint8Array,
  declared: boolean,
): { text: string; aside?: string } | { reason: string } {
  const encoding = byMark(bytes) ?? (declared ? byDeclaration(bytes) : undefined) ?? byZeros(bytes) ?? 'utf-8'
  let text: string
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    const old = encoding === 'utf-8' && bytes[0] !== 0xef ? oldCharset(bytes) : undefined
    if (old === undefined) return { reason: `is not ${encoding.toUpperCase()} text` }
    return { ...old, aside: `it is not UTF-8 and was read as ${old.encoding}` }
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

/** Most of what is written in Chinese has these characters. */
const COMMON_HAN = /[的一是不在人有这了中大国上个我以要他时来用们]/gu

/** Text of one byte (or, in Chinese, two) a character, from before UTF-8; none for bytes that no text has. */
function oldCharset(bytes: Uint8Array): { text: string; encoding: string } | undefined {
  let high = 0
  let letters = 0
  for (const byte of bytes) {
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) return undefined
    if (byte >= 0xa0) high += 1
    if ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)) letters += 1
  }
  // Accents are few among letters; where most letters are high, the script is another one.
  if (high > letters) {
    const chinese = decoded(bytes, 'gb18030')
    const han = chinese?.match(/\p{Script=Han}/gu)?.length ?? 0
    if (chinese !== undefined && han > 0 && (chinese.match(COMMON_HAN)?.length ?? 0) > han / 20)
      return { text: chinese, encoding: 'GB18030' }
    const cyrillic = decoded(bytes, 'windows-1251')
    if (cyrillic !== undefined && (cyrillic.match(/[а-яё]/gu)?.length ?? 0) > high / 2)
      return { text: cyrillic, encoding: 'Windows-1251' }
    return undefined
  }
  const text = decoded(bytes, 'windows-1252')
  return text === undefined ? undefined : { text, encoding: 'Windows-1252' }
}

function decoded(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
