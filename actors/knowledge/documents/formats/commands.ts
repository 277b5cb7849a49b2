import type { Document } from '../../text/document.ts'
import { indent } from '../../text/indent.ts'
import { joined } from './comments.ts'
import { SaidRows } from './said-rows.ts'

/** How lines of a kind of file are told apart. */
export interface Kind {
  /** The command of a line that is commented out. */
  off(line: string): string | undefined
  /** What stands beside a command as a comment. */
  readonly beside: RegExp
  /** A line that others stand in, however far in they are. */
  readonly opens?: RegExp
  /** A backslash at the end of a comment continues it, whatever comes next. */
  readonly continued?: true
  /** What comments begin with, if not with "#". */
  readonly marks?: RegExp
}

const HASH = /^\s*#/u

function behind(off: RegExp): Kind['off'] {
  return (line) => (off.test(line) ? line.replace(off, (mark) => mark.replace(/^\s*#\s?/u, '')) : undefined)
}

/** For the program that reads the file, or the names of its columns. */
const FORMAL = /^#(?:!|\s*(?:syntax|escape|check)=|\s*m\s+h\s+dom\b)/u
const NEVER = /^(?!)/u

const DOCKERFILE: Kind = {
  off: behind(
    /^#\s?(?:FROM|RUN|CMD|COPY|ADD|ENV|ARG|EXPOSE|VOLUME|USER|WORKDIR|ENTRYPOINT|HEALTHCHECK|LABEL)\s(?=\S)/u,
  ),
  beside: NEVER,
}
const MAKEFILE: Kind = { off: () => undefined, beside: /\s##?\s(?=\S)/u, continued: true }
const HOST_OPTIONS: Kind = {
  off: behind(/^\s*#(?=\p{Lu}\p{L}+\s+\S+$)/u),
  beside: /\s#\s(?=\S)/u,
  opens: /^\s*(?:Host|Match)\s+\S/iu,
}
/** "#25 * * * * weather" of a table of times. */
const COMMANDS: Kind = {
  off: behind(/^#\s?(?=(?:[\d*][\d*,/-]*\s+){4}\S|@(?:daily|hourly|weekly|monthly|yearly|reboot)\s)/u),
  beside: /\s#\s(?=\S)/u,
}

/** Each command of a Dockerfile, with the comment above it. */
export function readDockerfile(file: string, text: string): Document {
  return readLinesOf(file, text, DOCKERFILE)
}

/** Each line of a Makefile, with its target and the comment above or beside it. */
export function readMakefile(file: string, text: string): Document {
  return readLinesOf(file, text, MAKEFILE)
}

/** Each option of an SSH client or server, with its host. */
export function readHostOptions(file: string, text: string): Document {
  return readLinesOf(file, text, HOST_OPTIONS)
}

/** Each line of a table of times, hosts or mounts, with the comment above it. */
export function readCommands(file: string, text: string): Document {
  return readLinesOf(file, text, COMMANDS)
}

interface Open {
  readonly text: string
  readonly indent: number
  readonly held: boolean
}

/** Each line with what it stands in and what comments say about it. */
export function readLinesOf(file: string, text: string, kind: Kind): Document {
  const rows = new SaidRows()
  const lines = whole(text, kind)
  const open: Open[] = []
  lines.forEach(({ text: own, line, inner }, i) => {
    const switched = kind.off(own)
    const off = switched !== undefined
    const bare = switched ?? own
    if (own.trim() === '') rows.blank()
    else if ((kind.marks ?? HASH).test(own) && !off) {
      if (!FORMAL.test(own)) rows.comment(own, line)
    } else if (/[\p{L}\p{N}]/u.test(bare)) {
      const far = indent(bare)
      const opens = kind.opens?.test(bare) === true
      while (isClosed(open.at(-1), far, opens)) open.pop()
      const found = kind.beside.exec(bare)
      const said = (found === null ? bare : bare.slice(0, found.index)).trim().replace(/\s+/gu, ' ')
      const beside = joined([
        off ? 'commented out' : '',
        found === null ? '' : bare.slice(found.index).replace(/^[\s#]+/u, ''),
        inner,
      ])
      rows.add({ under: open.map((one) => one.text), key: '', text: said, beside, line })
      const next = lines.slice(i + 1, i + 1 + LOOK_MAX).find((one) => one.text.trim() !== '')
      if (opens || indent(next?.text ?? '') > far)
        open.push({ text: said.replace(/\s*[:{]$/u, ''), indent: far, held: opens })
    }
  })
  return { file, tree: { type: 'root', children: rows.done() } }
}

/** Blank lines between a line and what stands in it. */
const LOOK_MAX = 3

/** What an option opens goes on until the next that opens; else what is as far in ends it. */
function isClosed(last: Open | undefined, far: number, opens: boolean): boolean {
  if (last === undefined) return false
  return last.held ? opens : far <= last.indent
}

interface Whole {
  text: string
  readonly line: number
  /** Comments between its lines. */
  inner: string
}

interface Begun {
  readonly line: number
  readonly parts: string[]
  readonly inner: string[]
  /** It is a comment. */
  readonly off: boolean
}

/** Lines, of which a backslash at the end continues the next. */
function whole(text: string, kind: Kind): Whole[] {
  const found: Whole[] = []
  let open: Begun | undefined
  const close = () => {
    if (open !== undefined)
      found.push({ text: open.parts.join(' '), line: open.line, inner: open.inner.join(' ') })
    open = undefined
  }
  text.split(/\r\n|\n|\r/u).forEach((line, i) => {
    const off = (kind.marks ?? HASH).test(line)
    // A command that is commented out goes on in comments only.
    if (open?.off === true && !off && kind.continued !== true) close()
    if (open?.off === false && off) {
      open.inner.push(line.replace(/^[\s#]+/u, ''))
      return
    }
    const more = /\\[ \t]*$/u.test(line)
    const bare = more ? line.replace(/\\[ \t]*$/u, '').trimEnd() : line
    if (open === undefined) open = { line: i + 1, parts: [bare], inner: [], off }
    else open.parts.push(open.off ? bare.replace(/^[\s#]+/u, '') : bare.trim())
    if (!more) close()
  })
  close()
  return found
}
