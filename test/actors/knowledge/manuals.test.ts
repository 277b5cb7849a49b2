import { expect, test } from 'vitest'
import { formatOf } from '../../../actors/knowledge/documents/formats/file-names.ts'
import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'
import { partsOf } from './statements-of.ts'

const page = (body: string) => `.\\" A remark\n.TH FROB 1 "May 2025"\n.SH NAME\nfrob \\- frobnicate\n${body}`
const mdoc = (body: string) =>
  `.Dd May 1, 2025\n.Dt FROB 1\n.Os\n.Sh NAME\n.Nm frob\n.Nd frobnicate files\n${body}`
const said = async (text: string) => (await partsOf('frob.1', text)).slice(1)

test('[G456] the title, the headings and the text of a manual are read without their macros', async () => {
  const body =
    '.SH "SEE \\(dqALSO\\(dq"\nSee\n.BR tar (1)\nor \\fIcpio\\fR\\|(1) \\(co A & B <c>.\n.\\" Not this\n.if n .ad l\n.nf\nfrob \\-x\n.fi\n'
  const parsed = await parse({ file: 'frob.1', bytes: new TextEncoder().encode(page(body)) })
  expect(
    'passages' in parsed && parsed.passages.map(({ title, trail, text, line }) => [title, trail, text, line]),
  ).toEqual([
    ['FROB(1)', ['NAME'], 'frob - frobnicate', 4],
    ['FROB(1)', ['SEE "ALSO"'], 'See tar(1) or cpio(1) © A & B <c>.\n\nfrob -x', 6],
  ])
})

test.each([
  ['.TP', '.SH OPTIONS\n.TP\n.BR \\-a ", " \\-\\-all\nShows all.\n.TP 4\n\\fB\\-b\\fP\nShows b.\n'],
  ['.IP', '.SH OPTIONS\n.IP "\\fB\\-a\\fR, \\fB\\-\\-all\\fR" 4\nShows all.\n.IP \\-b\nShows b.\n'],
  ['.RS', '.SH OPTIONS\n.PP\n\\-a, \\-\\-all\n.RS 4\nShows all.\n.RE\n.PP\n\\-b\n.RS 4\nShows b.\n.RE\n'],
])('[G456] an option is told with its text: %s', async (_, body) => {
  expect(await said(page(body))).toEqual(['OPTIONS › -a, --all: Shows all.', 'OPTIONS › -b: Shows b.'])
})

test('[G456] a text that goes on below an option belongs to it, one below the list does not', async () => {
  const body =
    '.SH OPTIONS\n.TP\n.B \\-a\nShows all.\n.IP\nIt takes long.\n.RS\n.IP \\(bu 2\nOne.\n.IP \\(bu\nTwo.\n.RE\n.PP\nThat is all.\n'
  expect(await said(page(body))).toEqual([
    'OPTIONS › -a: Shows all.',
    'OPTIONS – -a › It takes long.',
    'OPTIONS – -a: Shows all. It takes long. › One.',
    'OPTIONS – -a: Shows all. It takes long. › Two.',
    'That is all.',
  ])
})

test('[G456] macros of mdoc are words', async () => {
  const body = `.Sh SYNOPSIS
.Nm
.Op Fl hv
.Op Fl o Ar file
.Ar
.Sh OPTIONS
.Bl -tag -width Ds
.It Fl h , Fl -help
Shows help (see
.Xr frob.conf 5 ) .
.It Fl D Xo
.Ar port
.Xc
Opens it.
.It Fl -color Ns = Ns Ar when
Paints.
.El
.Pp
.Nm
is
.Dq small .
`
  expect(await said(mdoc(body))).toEqual([
    'frob [-hv] [-o file] file ...',
    'OPTIONS › -h, --help: Shows help (see frob.conf(5)).',
    'OPTIONS › -D port: Opens it.',
    'OPTIONS › --color=when: Paints.',
    'frob is “small”.',
  ])
})

test('[G456] definitions and conditions are not read', async () => {
  const body =
    '.de Sp\n.if t .sp\nNot this.\n..\n.ie n \\{\\\nNor this.\n.if t \\{ Nor\nthis. \\}\n.\\}\n.el \\{\\\n.\\}\n.SH TEXT\nThis.\n'
  expect(await said(page(body))).toEqual(['This.'])
})

test('[G456] a file that ends in a number is a manual only by its name and its macros', async () => {
  for (const file of ['tar.1', 'resolv.conf.5', 'git-config.1', 'printf.3p', 'bzip2.1'])
    expect([file, formatOf(file) !== undefined]).toEqual([file, true])
  for (const file of ['app.log.1', 'libc.so.6', 'pump-1.2', 'v1.2', 'foo-1.0.3', 'data.json.1', '1.2'])
    expect([file, formatOf(file)]).toEqual([file, undefined])
  const bytes = new TextEncoder().encode('Just some text.\n')
  expect(await parse({ file: 'notes.1', bytes })).toEqual({
    reason: 'is not valid manual: it has no .TH and no .SH',
  })
})

test('[G456] hostile manuals are read in time', async () => {
  const start = performance.now()
  for (const body of [
    '.RS\n'.repeat(3_000),
    '\\['.repeat(200_000),
    `.B ${'"'.repeat(200_000)}`,
    `.Op ${'Fl '.repeat(60_000)}`,
    `.B ${'\\ '.repeat(200_000)}`,
    '.TP\n\\c\n'.repeat(50_000),
    `.Bl -tag\n.It a Xo\n${'.Ar b\n'.repeat(100_000)}`,
    '.PP\na\n.RS\n'.repeat(700),
  ])
    await partsOf('frob.1', page(body))
  expect(performance.now() - start).toBeLessThan(15_000)
}, 40_000)
