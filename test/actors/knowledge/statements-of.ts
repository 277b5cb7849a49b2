import { parse } from '../../../actors/knowledge/documents/parsing/parse.ts'

/** The statements of a file with what they belong to, as `under › text`. */
export async function statementsOf(file: string, content: string | Uint8Array): Promise<string[]> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const parsed = await parse({ file, bytes })
  if ('reason' in parsed) throw new Error(parsed.reason)
  return parsed.passages.flatMap(({ text, statements }) =>
    statements.map(
      ({ start, end, under }) => `${under === '' ? '' : `${under} › `}${text.slice(start, end)}`,
    ),
  )
}
