import type { Recommendation, Recommender } from '../../../../actors/recommender/open-recommender.ts'
import { readRating } from '../../../../actors/recommender/ratings/read.ts'
import { messageOfError } from '../../../kernel/errors.ts'
import { UsageError } from '../../exit.ts'
import type { Output } from '../../output.ts'
import type { Style } from '../../style.ts'
import { rendered } from './render.ts'
import type { StateFolder } from './state-folder.ts'

const ANSWERS_MOST = 100

interface LiveOptions {
  readonly picks?: number
  readonly json: boolean
  readonly style: Style
  readonly output: Output
  readonly signal: AbortSignal
  readonly state: StateFolder | undefined
}

/** Ratings, clicks and requests as they come, one after the other. */
export class Live {
  readonly #team: Recommender
  readonly #options: LiveOptions
  /** The latest answer to each user: what a click refers to. */
  readonly #shown = new Map<string, Recommendation>()
  /** The latest answers, oldest first. */
  readonly answers: Recommendation[] = []

  constructor(team: Recommender, options: LiveOptions) {
    this.#team = team
    this.#options = options
  }

  /** One line of `--events`. A line that can't be used is named and skipped. */
  async line(text: string, number: number): Promise<void> {
    try {
      await this.#take(JSON.parse(text) as Record<string, unknown>)
    } catch (error) {
      this.#options.signal.throwIfAborted()
      process.stderr.write(`ganglion: event ${number} is skipped: ${messageOfError(error)}\n`)
    }
  }

  async request(user: string): Promise<void> {
    const { picks, output, json, style, signal } = this.#options
    const answer = await this.#team.recommend(user, { signal, ...(picks === undefined ? {} : { picks }) })
    this.#shown.set(user, answer)
    this.answers.push(answer)
    if (this.answers.length > ANSWERS_MOST) this.answers.shift()
    await output.write(json ? `${JSON.stringify(answer)}\n` : rendered(answer, style))
  }

  /** A click on one of the user's latest picks; null: on none of them. */
  async click(user: string, item: string | null): Promise<void> {
    const shown = this.#shown.get(user)
    if (shown === undefined) throw unusable(`'${user}' was shown nothing that could be clicked`, user)
    if (item !== null && !shown.picks.some((pick) => pick.item === item))
      throw unusable(`'${item}' is none of the picks that '${user}' was shown`, item)
    this.#shown.delete(user)
    this.#team.feedback(shown.id, item === null ? 0 : 1)
    await this.#options.state?.keepLearned(this.#team.running.routes.save())
  }

  async #take(event: Record<string, unknown>): Promise<void> {
    if (event === null || typeof event !== 'object') throw unusable('it is not an object', event)
    const user = typeof event.user === 'number' ? String(event.user) : event.user
    if (typeof user !== 'string' || user === '') throw unusable('it has no user', event)
    if ('clicked' in event) return this.click(user, event.clicked === null ? null : String(event.clicked))
    if (!('item' in event)) return this.request(user)
    const rating = readRating({ time: this.#team.known.now, ...event })
    this.#team.observe(rating)
    await this.#options.state?.keepEvent(rating)
  }
}

function unusable(what: string, value: unknown): UsageError {
  return new UsageError(
    what,
    'events',
    value,
    '`ganglion run recommender --help` shows the forms of an event',
  )
}
