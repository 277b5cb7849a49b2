/**
 * The text of a file, or the reason why it is not text. `declared` looks for a charset in the first bytes (HTML). Text that names
 * no charset and is not UTF-8 is read in the old charset that fits it best, and `aside` says so.
 */
export function decode(
  bytes: Uint8Array,
  declared: boolean,
): { text: string; aside?: string } | { reason: string } {
  const encoding = encodingOf(bytes, declared) ?? 'utf-8'
  let text: string
  try {
    text = decoded(bytes, encoding)
  } catch {
    const old = encoding === 'utf-8' && bytes[0] !== 0xef ? oldCharset(bytes) : undefined
    if (old === undefined) return { reason: `is not ${encoding.toUpperCase()} text` }
    return { ...old, aside: `it is not UTF-8 and was read as ${old.encoding}` }
  }
  if (text.includes('\u0000')) return { reason: 'is binary' }
  if (text.trim() === '') return { reason: 'is empty' }
  const controls = text.match(CONTROLS)?.length ?? 0
  return { text: controls < CONTROLS_LEAST ? text : withoutControls(text) }
}

/** What the first bytes of a text say about its encoding. */
export function encodingOf(bytes: Uint8Array, declared: boolean): string | undefined {
  return byMark(bytes) ?? (declared ? byDeclaration(bytes) : undefined) ?? byZeros(bytes)
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
const COMMON_HAN = /[的一是不在人有這这了中大國国上個个我以要他時时來来用們们為为]/gu

/** Charsets of scripts with few letters of A to Z, best told first, each with the characters that most of its texts have. */
const OLD_CHARSETS = [
  { name: 'Shift_JIS', common: /[ぁ-んァ-ヶ]/gu, least: 0.2 },
  { name: 'EUC-JP', common: /[ぁ-んァ-ヶ]/gu, least: 0.2 },
  { name: 'EUC-KR', common: /[가-힣]/gu, least: 0.9 },
  { name: 'Big5', common: COMMON_HAN, least: 0.05 },
  { name: 'GB18030', common: COMMON_HAN, least: 0.05 },
  { name: 'Windows-1251', common: /[а-яё]/gu, least: 0.6 },
  { name: 'KOI8-R', common: /[а-яё]/gu, least: 0.6 },
  { name: 'Windows-1253', common: /[α-ωά-ώ]/gu, least: 0.6 },
] as const

/** Text of one byte (or, in East Asia, two) a character, from before UTF-8; none for bytes that no text has. */
function oldCharset(bytes: Uint8Array): { text: string; encoding: string } | undefined {
  let high = 0
  let letters = 0
  for (const byte of bytes) {
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) return undefined
    if (byte >= 0x80) high += 1
    if ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)) letters += 1
  }
  // Accents are few among letters; where most letters are high, the script is another one.
  if (2 * high > letters) {
    let best: { text: string; encoding: string; share: number } | undefined
    for (const { name, common, least } of OLD_CHARSETS) {
      const text = attempt(bytes, name)
      const foreign = text?.match(/[^\p{ASCII}]/gu)?.length ?? 0
      if (text === undefined || foreign === 0) continue
      const share = (text.match(common)?.length ?? 0) / foreign / least
      if (share >= 1 && share > (best?.share ?? 0)) best = { text, encoding: name, share }
    }
    if (best !== undefined) return { text: best.text, encoding: best.encoding }
    if (high > letters) return undefined
  }
  const text = attempt(bytes, 'windows-1252')
  if (text === undefined) return undefined
  // Signs inside words are the letters of another charset: "ks¹¿ka" is "książka".
  const signs = text.match(/(?<=\p{Ll})[¡-¿](?=\p{Ll})/gu)?.length ?? 0
  const polish = signs > SIGNS_MOST * high ? attempt(bytes, 'windows-1250') : undefined
  return polish === undefined
    ? { text, encoding: 'Windows-1252' }
    : { text: polish, encoding: 'Windows-1250' }
}

/** Between small letters, as a share of all characters beyond ASCII. */
const SIGNS_MOST = 0.1

function attempt(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return decoded(bytes, encoding)
  } catch {
    return undefined
  }
}

/** What Windows-1252 has from 0x80 on, where Latin-1 has control characters. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

const CONTROLS = /[\u0080-\u009f]/gu
/** One may be a line end of another system. */
const CONTROLS_LEAST = 2

/** A text of Windows-1252 that was read as Latin-1, as it was meant. Nobody writes control characters. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, (one) => WINDOWS_1252.charAt(one.charCodeAt(0) - 0x80))
}

/** @throws TypeError if the bytes are no such text */
function decoded(bytes: Uint8Array, encoding: string): string {
  const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
  // Node.js 20 decodes Windows-1252 as Latin-1.
  return encoding === 'windows-1252' ? withoutControls(text) : text
}
