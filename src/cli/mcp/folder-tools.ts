import type { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Source } from '../../../actors/question-answering/ask-result.ts'
import type { QuestionAnswering } from '../../../actors/question-answering/open-folder.ts'

const SNIPPET_CHARS = 240
const PASSAGES_KEPT = 2000

const SOURCE = z.object({
  file: z.string(),
  line: z.number(),
  headings: z.array(z.string()),
  snippet: z.string(),
})

/**
 * The tools of a folder: three, all of them reading, with short results. `passage` hands out what `ask` and `search` have named,
 * so no path from outside reaches the disk.
 */
export class FolderTools {
  readonly #team: Pick<QuestionAnswering, 'ask'>
  readonly #passages = new Map<string, string>()

  constructor(team: Pick<QuestionAnswering, 'ask'>) {
    this.#team = team
  }

  addTo(server: McpServer): void {
    const annotations = { readOnlyHint: true, openWorldHint: false, idempotentHint: true }
    server.registerTool(
      'ask',
      {
        description: 'Answers a question from the documents, with sources; abstains where they say nothing',
        inputSchema: z.object({ question: z.string().min(1).max(2000) }),
        outputSchema: z.object({
          answer: z.string().nullable(),
          confidence: z.number(),
          sources: z.array(SOURCE),
        }),
        annotations,
      },
      async ({ question }, ctx) => {
        const result = await this.#team.ask(question, { sources: 3, signal: ctx.mcpReq.signal })
        const { answer, confidence } = result
        return resultOf({ answer, confidence, sources: result.sources.map((one) => this.#shown(one)) })
      },
    )
    server.registerTool(
      'search',
      {
        description: 'Finds the passages that fit a question or some words best',
        inputSchema: z.object({
          query: z.string().min(1).max(2000),
          limit: z.number().int().min(1).max(10).default(5),
        }),
        outputSchema: z.object({ sources: z.array(SOURCE) }),
        annotations,
      },
      async ({ query, limit }, ctx) => {
        const { sources } = await this.#team.ask(query, { sources: limit, signal: ctx.mcpReq.signal })
        return resultOf({ sources: sources.map((one) => this.#shown(one)) })
      },
    )
    server.registerTool(
      'passage',
      {
        description: 'The whole text of a passage that ask or search has named',
        inputSchema: z.object({ file: z.string(), line: z.number().int() }),
        outputSchema: z.object({ text: z.string() }),
        annotations,
      },
      ({ file, line }) => {
        const text = this.#passages.get(`${file}:${line}`)
        if (text !== undefined) return resultOf({ text })
        return {
          content: [
            {
              type: 'text' as const,
              text: 'No such passage: use file and line of a source of ask or search',
            },
          ],
          isError: true,
        }
      },
    )
  }

  #shown({ file, line, headings, passage }: Source) {
    const key = `${file}:${line}`
    this.#passages.delete(key)
    this.#passages.set(key, passage)
    for (const oldest of this.#passages.keys()) {
      if (this.#passages.size <= PASSAGES_KEPT) break
      this.#passages.delete(oldest)
    }
    const snippet = passage.length > SNIPPET_CHARS ? `${passage.slice(0, SNIPPET_CHARS)}…` : passage
    return { file, line, headings: [...headings], snippet }
  }
}

/** Clients of both generations: structured, and as text. */
function resultOf<T extends Record<string, unknown>>(structuredContent: T) {
  return { content: [{ type: 'text' as const, text: JSON.stringify(structuredContent) }], structuredContent }
}
