import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'

/** The statements of a file with what they belong to, as `under › text`. */
export async function statementsOf(file: string, content: string | Uint8Array): Promise<string[]> {
  return (await told(file, content)).map(shown)
}

/** Those that stand on one line. */
export async function linesOf(file: string, content: string | Uint8Array): Promise<string[]> {
  return (await statementsOf(file, content)).filter((one) => !one.includes('\n'))
}

/** Those that hold no others. */
export async function partsOf(file: string, content: string | Uint8Array): Promise<string[]> {
  return (await told(file, content)).filter(({ kind }) => kind !== 'list').map(shown)
}

/** The same without what they belong to. */
export async function textsOf(file: string, content: string | Uint8Array): Promise<string[]> {
  return (await told(file, content)).filter(({ kind }) => kind !== 'list').map(({ text }) => text)
}

async function told(file: string, content: string | Uint8Array) {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const parsed = await parse({ file, bytes })
  if ('reason' in parsed) throw new Error(parsed.reason)
  return parsed.passages.flatMap(({ text, statements }) =>
    statements.map(({ kind, under, start, end }) => ({ kind, under, text: text.slice(start, end) })),
  )
}

function shown({ under, text }: { readonly under: string; readonly text: string }): string {
  return `${under === '' ? '' : `${under} › `}${text}`
}
