import type { AskResult, QuestionOptions } from '../../../actors/question-answering/ask-result.ts'
import { checkQuestion } from '../../../actors/question-answering/asked.ts'
import type { QuestionAnswering } from '../../../actors/question-answering/open-folder.ts'
import { UsageError } from '../exit.ts'
import type { Output } from '../output.ts'
import type { Style } from '../style.ts'
import { printableResult } from './printable.ts'
import { renderResult, renderSources, renderWay } from './render.ts'

const HELP = `Type a question, or:
  :sources   all sources of the last answer
  :explain   how the last answer came about: path, votes, messages, lifecycle
  :help      this list
  exit       leaves, as Ctrl-D does
`

/** Answers at the prompt: questions, and commands about the last one. */
export class Conversation {
  readonly #team: QuestionAnswering
  readonly #asked: QuestionOptions
  readonly #output: Output
  readonly #style: Style
  readonly #json: boolean
  #last: AskResult | undefined

  constructor(
    team: QuestionAnswering,
    asked: QuestionOptions,
    to: { readonly output: Output; readonly style: Style; readonly json: boolean },
  ) {
    this.#team = team
    this.#asked = asked
    this.#output = to.output
    this.#style = to.style
    this.#json = to.json
  }

  /** @throws UsageError (`usage`) for an unknown command, or the question's own errors. */
  async line(text: string): Promise<void> {
    if (!text.startsWith(':')) return this.#output.write(await this.#answer(text))
    const said = this.#command(text)
    // With --json nothing but documents goes to stdout.
    if (this.#json) process.stderr.write(said)
    else await this.#output.write(said)
  }

  async #answer(text: string): Promise<string> {
    // An explanation uses data that exists anyway, so it costs nothing to keep it for `:explain`.
    const result = await this.#team.ask(checkQuestion(text), { ...this.#asked, explain: true })
    this.#last = printableResult(result)
    const shown = this.#json ? result : this.#last
    const { explain, ...short } = shown
    const asked = this.#asked.explain === true ? shown : short
    return this.#json ? `${JSON.stringify(asked)}\n` : renderResult(asked, this.#style, this.#asked.sources)
  }

  #command(text: string): string {
    const name = text.slice(1).trim()
    if (name === 'help') return HELP
    if (name !== 'sources' && name !== 'explain')
      throw new UsageError(
        `there is no command '${text}'`,
        'prompt',
        text,
        'The commands are :sources, :explain, :help',
      )
    if (this.#last === undefined) return 'Nothing has been asked yet.\n'
    const lines =
      name === 'sources' ? renderSources(this.#last, this.#style) : renderWay(this.#last, this.#style)
    return `${lines.join('\n')}\n`
  }
}
