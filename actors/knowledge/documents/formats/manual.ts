import type { Document } from '../../text/document.ts'
import { readHtml } from './html.ts'
import { argumentsOf, mdocWords, unescaped } from './manual-words.ts'
import { malformed } from './records.ts'

const REQUEST = /^[.'][ \t]*([^\s\\]{1,12}|\\")?[ \t]*(.*)$/su
const IS_MANUAL = /^[.'][ \t]*(?:TH|Dt|SH|Sh)\b/mu
const FONTS = /^(?:BI|BR|IB|IR|RB|RI)$/u
const FONT = /^(?:B|I|R|SM|SB)$/u
const BULLET = /^(?:[•·*o+—–-]|\p{N}{1,3}[.)]?)$/u

/** A longer term is text. */
const TERM_CHARS_MAX = 1_000

/** A page of a manual for `man`, in its macros or in those of mdoc. @throws SyntaxError if it has no heading */
export function readManual(file: string, text: string): Document {
  if (!IS_MANUAL.test(text)) throw malformed('manual', 'it has no .TH and no .SH')
  const page = new ManualPage()
  for (const line of text.split('\n')) page.read(line.trimEnd())
  return readHtml(file, page.html.join('\n'))
}

class ManualPage {
  /** A line for each line of the manual, so that none moves. */
  readonly html: string[] = []
  /** The list that is open, on each level of indentation. */
  readonly #lists: ('' | 'dl' | 'ul')[] = ['']
  #name = ''
  #literal = false
  #awaits: 'term' | 'h2' | 'h3' | '' = ''
  /** A term or heading that goes on in the next line, and whether the line that is read does. */
  #begun = ''
  #goesOn = false
  /** Up to `.Xc`. */
  #extended = false
  /** The line of a paragraph that has no more so far, which may be what an indented text is about. */
  #only: number | undefined
  /** The next words begin a paragraph. */
  #begins = false
  /** Open braces of a condition, and the definition of a macro: neither is read. */
  #braces = 0
  #defines = false

  read(line: string): void {
    const own = this.#lineOf(line)
    this.html.push(own)
    if (own !== '') this.#only = own.startsWith('<p>') ? this.html.length - 1 : undefined
  }

  #lineOf(line: string): string {
    if (this.#defines) {
      this.#defines = !/^\.\.(?:\s|$)/u.test(line)
      return ''
    }
    if (this.#braces > 0) {
      this.#count(line)
      return ''
    }
    this.#goesOn = line.endsWith('\\c')
    const [, name = '', rest = ''] = /^[.']/u.test(line) ? (REQUEST.exec(line) ?? []) : []
    if (/^[.']/u.test(line)) return this.#request(name, rest)
    if (line.trim() === '') return this.#literal ? '' : this.#paragraph(true)
    return `${/^\s/u.test(line) && !this.#literal ? '<br>' : ''}${this.#text(unescaped(line))}`
  }

  #count(line: string): void {
    for (const [mark] of line.matchAll(/\\[{}]/gu)) this.#braces += mark === '\\{' ? 1 : -1
  }

  #text(words: string): string {
    const shown =
      (this.#extended && this.#begun !== '' ? `${this.#begun} ` : this.#begun) +
      words.replace(/&/gu, '&amp;').replace(/</gu, '&lt;')
    this.#begun = ''
    const awaits = this.#awaits
    if (shown.trim() === '') return shown
    if (awaits === '') {
      const begins = this.#begins && !this.#literal
      this.#begins = false
      return begins ? `<p>${shown}` : shown
    }
    if ((this.#goesOn || this.#extended) && shown.length <= TERM_CHARS_MAX) {
      this.#begun = shown
      return ''
    }
    this.#awaits = ''
    return awaits === 'term' ? `<dt>${shown}<dd>` : `<${awaits}>${shown}</${awaits}>`
  }

  /** @param stays in the list, as an empty line or a space does. */
  #paragraph(stays = false): string {
    if (this.#awaits !== '') return ''
    const list = this.#lists.at(-1)
    if (stays ? list !== '' || this.#lists.length > 1 : this.#lists.length > 1)
      return stays || list === '' ? '<br>' : `${this.#close()}<br>`
    this.#begins = true
    return this.#close()
  }

  #close(): string {
    const list = this.#lists.at(-1) ?? ''
    this.#lists[this.#lists.length - 1] = ''
    return list === '' ? '' : `</${list}>`
  }

  #open(list: 'dl' | 'ul'): string {
    this.#begins = false
    if (this.#lists.at(-1) === list) return ''
    const closed = this.#close()
    this.#lists[this.#lists.length - 1] = list
    return `${closed}<${list}>`
  }

  /** "--all", alone above an indented text, is a term. */
  #indent(): string {
    const only = this.#only ?? -1
    const term = this.html[only] ?? ''
    if (/^<p>[^<>]{1,200}(?<![.:])$/u.test(term)) {
      this.html[only] = `<dl><dt>${term.slice(3)}<dd>`
      this.#lists[this.#lists.length - 1] = 'dl'
    }
    this.#lists.push('')
    this.#begins = false
    return ''
  }

  #outdent(): string {
    const closed = this.#close()
    this.#only = undefined
    if (this.#lists.length > 1) this.#lists.pop()
    return closed
  }

  #request(name: string, rest: string): string {
    if (/^(?:de1?|am1?|ig)$/u.test(name)) this.#defines = true
    else if (/^(?:if|ie|while)$/u.test(name)) this.#count(rest)
    else if (/^(?:SH|Sh|SS|Ss)$/u.test(name)) return this.#heading(/^S[Hh]$/u.test(name) ? 'h2' : 'h3', rest)
    else if (name === 'TH' || name === 'Dt') return this.#title(argumentsOf(rest).map(unescaped))
    else if (FONT.test(name)) return this.#text(argumentsOf(rest).map(unescaped).join(' '))
    else if (FONTS.test(name)) return this.#text(argumentsOf(rest).map(unescaped).join(''))
    else if (/^(?:PP|P|LP|HP|Pp)$/u.test(name)) return this.#paragraph(name === 'Pp')
    else if (name === 'sp') return this.#literal ? '' : this.#paragraph(true)
    else if (name === 'br') return this.#awaits === '' && !this.#literal ? '<br>' : ''
    else if (name === 'TP' || name === 'TQ') {
      const opened = this.#open('dl')
      this.#awaits = 'term'
      return opened
    } else if (name === 'IP') return this.#item(argumentsOf(rest).map(unescaped)[0]?.trim() ?? '')
    else if (name === 'RS') return this.#indent()
    else if (name === 'RE') return this.#outdent()
    else if (/^(?:nf|EX|fi|EE|Bd|Ed)$/u.test(name)) return this.#block(name, rest)
    else return this.#mdoc(name, argumentsOf(rest))
    return ''
  }

  #title([name = '', section = '']: readonly string[]): string {
    this.#name ||= name.toLowerCase()
    return `<title>${this.#text(section === '' ? name : `${name}(${section})`)}</title>`
  }

  #heading(level: 'h2' | 'h3', rest: string): string {
    let closed = this.#literal ? '</pre>' : ''
    this.#literal = false
    while (this.#lists.length > 1) closed += this.#outdent()
    closed += this.#close()
    this.#awaits = level
    this.#begins = true
    return closed + this.#text(argumentsOf(rest).map(unescaped).join(' '))
  }

  #item(term: string): string {
    if (term === '') return this.#paragraph(true)
    const mark = BULLET.test(term)
    const opened = this.#open(mark ? 'ul' : 'dl')
    if (mark) return `${opened}<li>`
    this.#awaits = 'term'
    return opened + this.#text(term)
  }

  #block(name: string, rest: string): string {
    const literal = /^(?:nf|EX)$/u.test(name) || (name === 'Bd' && /-(?:literal|unfilled)/u.test(rest))
    if (literal === this.#literal) return ''
    this.#literal = literal
    return literal ? '<pre>' : '</pre>'
  }

  #mdoc(name: string, all: readonly string[]): string {
    if (name === 'Bl') {
      this.#lists.push('')
      return this.#open(all.some((one) => /^-(?:tag|diag|hang|ohang|inset)$/u.test(one)) ? 'dl' : 'ul')
    }
    if (name === 'Xc') {
      this.#extended = false
      return this.#text('')
    }
    if (name === 'El') return this.#outdent()
    if (name === 'It') {
      const words = mdocWords(
        all.filter((one) => one !== 'Xo'),
        this.#name,
      )
      if (this.#lists.at(-1) !== 'dl') return `<li>${this.#text(words)}`
      this.#awaits = 'term'
      this.#extended = all.includes('Xo')
      return this.#text(words)
    }
    if (name === 'Nd') return this.#text(`– ${all.map(unescaped).join(' ')}`)
    if (name === 'Nm' && all[0] !== undefined && this.#name !== all[0]) this.#name = unescaped(all[0])
    if (name === 'Dl' || name === 'D1') return `<pre>${this.#text(mdocWords(all, this.#name))}</pre>`
    if (name === 'UR' || name === 'MT') return this.#text(all.map(unescaped).join(' '))
    return /^[A-Z][a-z]{1,2}$/u.test(name) && !/^(?:Dd|Os|Bk|Ek|Sm|Bf|Ef|Rs|Re|Ex|Rv)$/u.test(name)
      ? this.#text(mdocWords([name, ...all], this.#name))
      : ''
  }
}
