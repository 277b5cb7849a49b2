import { type Piece, piecesOf } from './comment-heads.ts'
import { joined, type Part, type Remark, remarkOf } from './comments.ts'
import type { Field } from './values.ts'

/** A comment on one line of a file. */
export interface Comment {
  readonly line: number
  /** Where it begins, in formats in which this says what it belongs to. */
  readonly column?: number
  /** Nothing else stands on its line. */
  readonly alone: boolean
  readonly text: string
  /** The part that it stands in, where this is known. */
  readonly within?: Subject
}

/** What a comment is about: a setting, or a part of the file. */
export interface Subject {
  add(remark: Remark): void
  /** A comment that heads all below it in this part, until the next. One without text ends the last. */
  begin?(head: Part): void
  /** Once all comments have their place. */
  finish(): void
}

/** A line that a comment may stand above, beside or below. */
export interface Anchor {
  readonly line: number
  readonly column?: number
  readonly subject: Subject
  /** The part that it is in. */
  readonly within: Subject
  /** The part that begins below it. */
  readonly inner?: Subject
}

/** Gives each comment to what it stands beside or directly above, and else to the part of the file that it stands in, and finishes all of these. */
export function place(comments: readonly Comment[], anchors: readonly Anchor[], top: Subject): void {
  const open: Anchor[] = []
  let next = 0
  const openUntil = (line: number) => {
    for (let anchor = anchors[next]; anchor !== undefined && anchor.line <= line; anchor = anchors[next]) {
      while (open.length > 0 && (open.at(-1)?.column ?? 0) >= (anchor.column ?? 0)) open.pop()
      open.push(anchor)
      next += 1
    }
  }
  for (const { head, lines: run } of runsOf(comments)) {
    const [first] = run
    if (first === undefined) continue
    openUntil(first.line)
    const headed = head === undefined ? undefined : partBelow(anchors, next, first.column)
    if (head !== undefined && headed?.begin !== undefined) {
      headed.begin({ text: head, line: first.line })
      continue
    }
    const remark = remarkOf(
      run.map(({ text }) => text),
      first.line,
    )
    const last = open.at(-1)
    if (!first.alone) (last?.subject ?? top).add(remark)
    else {
      const below = anchors[next]
      // What a file begins with is about more than its first part.
      const begins = first.line === 1 && below?.inner !== undefined
      const direct =
        below?.line === first.line + run.length && (below.column ?? 0) >= (first.column ?? 0) && !begins
          ? below
          : undefined
      const around = first.within ?? partOf(open, first.column) ?? top
      // A setting that is commented out stands in the part around it, whatever stands below.
      around.add({ words: [], off: remark.off })
      ;(direct?.subject ?? around).add({ words: remark.words, off: [] })
    }
  }
  const subjects = new Set([top])
  for (const { subject, within, inner = within } of anchors) subjects.add(subject).add(within).add(inner)
  for (const subject of subjects) subject.finish()
}

/** The part in which a heading stands: that of what begins below it, as far in. */
function partBelow(
  anchors: readonly Anchor[],
  next: number,
  column: number | undefined,
): Subject | undefined {
  // Above the first setting of a document begins the document.
  const below = anchors.slice(next, next + 2).find((anchor) => (anchor.column ?? 0) >= 0)
  return below?.column === column || below?.column === undefined ? below?.within : undefined
}

/** The innermost part that a column is in. */
function partOf(open: readonly Anchor[], column: number | undefined): Subject | undefined {
  const last = open.at(-1)
  if (column === undefined || last?.column === undefined) return last?.inner ?? last?.within
  for (let at = open.length - 1; at >= 0; at -= 1) {
    const anchor = open[at] as Anchor
    if ((anchor.column ?? 0) < column) return anchor.inner ?? anchor.within
    if (anchor.column === column) return anchor.within
  }
  return undefined
}

/** Comments on lines below each other, equally far in, are one, but for the heads among them. */
function runsOf(comments: readonly Comment[]): Piece<Comment>[] {
  const found: Comment[][] = []
  for (const comment of comments) {
    const run = found.at(-1)
    const before = run?.at(-1)
    const goesOn =
      comment.alone && before?.alone && before.line === comment.line - 1 && before.column === comment.column
    if (goesOn === true) run?.push(comment)
    else found.push([comment])
  }
  return found.flatMap((run) => (run[0]?.alone === true ? piecesOf(run) : [{ lines: run }]))
}

/** A record or a part of one that is still filled. */
export interface Filled {
  fields: readonly Field[]
  notes?: readonly Part[]
  heads?: readonly Part[]
}

/** What comments say about a record is told in it, and what they switch off stands among its fields. */
export class RecordSubject implements Subject {
  readonly #record: Filled
  readonly #notes: Part[] = []
  readonly #heads: Part[] = []
  readonly #off: Field[] = []

  constructor(record: Filled) {
    this.#record = record
  }

  add({ words, off }: Remark): void {
    for (const part of words) this.#notes.push(part)
    for (const { key, text, note, line } of off)
      this.#off.push({
        key,
        value: { kind: 'scalar', text, quoted: false, line },
        ...(note === '' ? {} : { note }),
        off: true,
      })
  }

  begin(head: Part): void {
    this.#heads.push(head)
  }

  finish(): void {
    this.#finishFields()
    if (this.#heads.length > 0) this.#finishHeads()
    if (this.#notes.length > 0) this.#record.notes = this.#notes.sort((a, b) => a.line - b.line)
  }

  /** A head of nothing is a remark. */
  #finishHeads(): void {
    const lines = this.#record.fields.map(({ value }) => value.line).sort((a, b) => a - b)
    const all = this.#heads.sort((a, b) => a.line - b.line)
    const heads: Part[] = []
    let next = 0
    all.forEach((head, i) => {
      while ((lines[next] ?? Number.POSITIVE_INFINITY) <= head.line) next += 1
      const end = all[i + 1]?.line ?? Number.POSITIVE_INFINITY
      const isAbove = (lines[next] ?? Number.POSITIVE_INFINITY) < end
      if (isAbove) heads.push(head)
      else if (head.text !== '') this.#notes.push(head)
    })
    if (heads.length > 0) this.#record.heads = heads
  }

  /** Puts what is commented out where it stands, but for what is set as well. */
  #finishFields(): void {
    if (this.#off.length === 0) return
    const known = new Set(this.#record.fields.map(({ key }) => key))
    const off = this.#off.filter(({ key }) => key === '' || !known.has(key.split(' · ')[0] as string))
    const found: Field[] = []
    let next = 0
    for (const field of this.#record.fields) {
      for (let one = off[next]; one !== undefined && one.value.line < field.value.line; one = off[next]) {
        found.push(one)
        next += 1
      }
      found.push(field)
    }
    this.#record.fields = [...found, ...off.slice(next)]
  }
}

/** What comments say about a setting stands beside it. */
export class FieldSubject implements Subject {
  readonly #field: { note?: string }
  readonly #said: string[] = []

  constructor(field: { note?: string }) {
    this.#field = field
  }

  add({ words, off }: Remark): void {
    for (const { text } of words) this.#said.push(text)
    // Beside a setting, one that is commented out is another way to write it.
    for (const { key, text } of off) this.#said.push(`${key}: ${text}`)
  }

  finish(): void {
    if (this.#said.length > 0) this.#field.note = joined(this.#said)
  }
}

/** What a comment says about an item of a list stands beside it. */
export class ItemSubject extends FieldSubject {
  readonly #item: { text: string }
  readonly #own: { note?: string }

  constructor(item: { text: string }) {
    const own: { note?: string } = {}
    super(own)
    this.#item = item
    this.#own = own
  }

  override finish(): void {
    super.finish()
    if (this.#own.note !== undefined) this.#item.text = `${this.#item.text} (${this.#own.note})`
  }
}
