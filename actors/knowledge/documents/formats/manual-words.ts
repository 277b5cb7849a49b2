/** Characters that a manual names. */
const SIGNS: Readonly<Record<string, string>> = {
  co: '©',
  rg: '®',
  tm: '™',
  Tm: '™',
  em: '—',
  en: '–',
  bu: '•',
  lq: '“',
  rq: '”',
  'L"': '“',
  'R"': '”',
  oq: '‘',
  cq: '’',
  aq: "'",
  Aq: "'",
  dq: '"',
  hy: '-',
  mi: '−',
  ha: '^',
  ti: '~',
  at: '@',
  rs: '\\',
  sl: '/',
  ga: '`',
  de: '°',
  mu: '×',
  '->': '→',
  '<-': '←',
  '<=': '≤',
  '>=': '≥',
  '+-': '±',
  ss: 'ß',
  Eu: '€',
  eu: '€',
  Po: '£',
  sc: '§',
  ':a': 'ä',
  ':o': 'ö',
  ':u': 'ü',
  ':A': 'Ä',
  ':O': 'Ö',
  ':U': 'Ü',
  "'e": 'é',
  "'a": 'á',
  '`e': 'è',
  ',c': 'ç',
  '~n': 'ñ',
}
/** Escapes of one character. */
const ONE: Readonly<Record<string, string>> = {
  '-': '-',
  e: '\\',
  '\\': '\\',
  '.': '.',
  "'": "'",
  '`': '`',
  ' ': ' ',
  '~': ' ',
  '0': ' ',
  t: ' ',
}
const ESCAPE =
  /\\(?:\[([^\]]{1,40})\]|\((..)|\*(?:\[([^\]]{1,40})\]|\((..)|.)|[fFmMgkn](?:\[[^\]]{0,40}\]|\(..|.)|s(?:\[[^\]]{0,40}\]|[+-]?\(..|[+-]?\d{1,2})|[hvwlLobDX]'[^']{0,100}'|(.)|$)/gu

/** The words of a line of a manual, without its fonts and remarks. */
export function unescaped(line: string): string {
  return line
    .replace(/(?<!\\)\\["#].*$/u, '')
    .replace(ESCAPE, (_, ...[long, short, own, ownShort, one]: (string | undefined)[]) => {
      const name = long ?? short ?? own ?? ownShort
      if (name === undefined) return ONE[one ?? ''] ?? ''
      const code = /^u([\dA-F]{4,5})$/u.exec(name)?.[1]
      return code === undefined ? (SIGNS[name] ?? '') : String.fromCodePoint(Number.parseInt(code, 16))
    })
}

/** The arguments of a macro: words, or more of them in quotes. */
export function argumentsOf(text: string): string[] {
  const bare = text.replace(/(?<!\\)\\["#].*$/u, '')
  return [...bare.matchAll(/"((?:[^"]|"")*)"?|((?:\\ |\S)+)/gu)].map(
    ([, quoted, word = '']) => quoted?.replace(/""/gu, '"') ?? word,
  )
}

/** What encloses the rest of a line. */
const ENCLOSED: Readonly<Record<string, readonly [string, string]>> = {
  Op: ['[', ']'],
  Bq: ['[', ']'],
  Pq: ['(', ')'],
  Aq: ['<', '>'],
  Brq: ['{', '}'],
  Sq: ['‘', '’'],
  Ql: ['‘', '’'],
  Dq: ['“', '”'],
  Qq: ['"', '"'],
}
/** What opens or closes an enclosure of several lines. */
const EDGES: Readonly<Record<string, string>> = {
  Oo: '[',
  Oc: ']',
  Bo: '[',
  Bc: ']',
  Po: '(',
  Pc: ')',
  Ao: '<',
  Ac: '>',
  Bro: '{',
  Brc: '}',
  So: '‘',
  Sc: '’',
  Do: '“',
  Dc: '”',
  Qo: '"',
  Qc: '"',
}
/** They only say what their words are. */
const KINDS =
  /^(?:Ad|An|Ar|Cd|Cm|Dv|Em|Er|Ev|Fa|Fn|Fr|Ft|Ic|In|Li|Lk|Ms|Mt|No|Ns|Pa|Pf|St|Sx|Sy|Ta|Tn|Va|Vt|Xr|Nm|Fl|Ap|Ux|Bx|Fx|Nx|Ox|At)$/u
const SYSTEMS: Readonly<Record<string, string>> = {
  Ux: 'UNIX',
  Bx: 'BSD',
  Fx: 'FreeBSD',
  Nx: 'NetBSD',
  Ox: 'OpenBSD',
  At: 'AT&T UNIX',
}

/** The words of a line of macros in mdoc: "Op Fl f Ar file" is "[-f file]". `name`: what the manual is about. */
export function mdocWords(tokens: readonly string[], name: string): string {
  let text = ''
  let glued = true
  let ends: string[] = []
  let kind = ''
  const add = (word: string, before = !glued) => {
    text += `${before && text !== '' ? ' ' : ''}${word}`
    glued = false
  }
  const open = (mark: string) => {
    add(mark)
    glued = true
  }
  const isLast = (i: number) => i === tokens.length - 1 || isMacro(tokens[i + 1]) || isEnd(tokens[i + 1])
  tokens.forEach((token, i) => {
    const enclosed = ENCLOSED[token]
    const edge = EDGES[token]
    if (enclosed !== undefined) {
      open(enclosed[0])
      ends = [enclosed[1], ...ends]
      kind = ''
    } else if (edge !== undefined) {
      if (/c$/u.test(token)) add(edge, false)
      else open(edge)
    } else if (SYSTEMS[token] !== undefined) add(SYSTEMS[token] as string)
    else if (token === 'Ns' || token === 'Ap') {
      kind = ''
      if (token === 'Ap') add("'", false)
      glued = true
    } else if (KINDS.test(token)) {
      kind = token
      if (token === 'Ta') add('·')
      if (!isLast(i)) return
      if (token === 'Nm') add(name)
      if (token === 'Ar') add('file ...')
      if (token === 'Fl') add('-')
    } else if (isEnd(token)) {
      if (tokens.slice(i).every(isEnd)) {
        text += ends.join('')
        ends = []
      }
      add(token, false)
    } else if (/^[([]$/u.test(token)) open(token)
    else {
      const words = unescaped(token)
      if (kind === 'Xr' && /^\d\w*$/u.test(words)) add(`(${words})`, false)
      else add(kind === 'Fl' ? `-${words}` : words)
      if (kind === 'Pf') glued = true
    }
  })
  return text + ends.join('')
}

function isMacro(token = ''): boolean {
  return KINDS.test(token) || ENCLOSED[token] !== undefined || EDGES[token] !== undefined
}

function isEnd(token = ''): boolean {
  return /^[.,:;)\]?!]$/u.test(token)
}
