import { createInterface } from 'node:readline/promises'

/**
 * Asks for questions until the input ends, `exit`, or Ctrl-C. `answer` reports its own errors: one bad question does
 * not end the conversation.
 */
export async function runPrompt(
  answer: (question: string) => Promise<void>,
  streams: {
    readonly input: NodeJS.ReadStream
    readonly output: NodeJS.WriteStream
    readonly signal: AbortSignal
  },
): Promise<void> {
  const { input, output, signal } = streams
  // Ctrl-C may have come while the team started: nobody would tell this prompt.
  if (signal.aborted) return
  const lines = createInterface({ input, output, terminal: input.isTTY === true, prompt: '? ' })
  const close = () => lines.close()
  signal.addEventListener('abort', close, { once: true })
  // In raw mode the terminal sends Ctrl-C to readline, and no signal to the process.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  try {
    lines.prompt()
    for await (const line of lines) {
      const text = line.trim()
      if (text === 'exit' || text === 'quit' || signal.aborted) break
      if (text !== '') await answer(text)
      if (signal.aborted) break
      lines.prompt()
    }
  } finally {
    signal.removeEventListener('abort', close)
    lines.close()
  }
}
