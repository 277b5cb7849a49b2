import type { Recommendation, Recommender } from '../../../../actors/recommender/open-recommender.ts'
import { readRating } from '../../../../actors/recommender/ratings/read.ts'
import { messageOfError } from '../../../kernel/errors.ts'
import { UsageError } from '../../exit.ts'
import type { Output } from '../../output.ts'
import type { Style } from '../../style.ts'
import { rendered } from './render.ts'
import type { ShownPicks } from './shown-picks.ts'
import type { StateFolder } from './state-folder.ts'

const ANSWERS_MOST = 100

interface LiveOptions {
  readonly picks?: number
  readonly json: boolean
  readonly style: Style
  readonly output: Output
  readonly signal: AbortSignal
  readonly state: StateFolder | undefined
  /** The latest answer to each user: what a click refers to. */
  readonly shown: ShownPicks
}

/** Ratings, clicks and requests as they come, one after the other. */
export class Live {
  readonly #team: Recommender
  readonly #options: LiveOptions
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
    const { picks, output, json, style, signal, shown } = this.#options
    const answer = await this.#team.recommend(user, { signal, ...(picks === undefined ? {} : { picks }) })
    const { id, blend } = answer
    await shown.show(user, { id, blend, items: answer.picks.map(({ item }) => item) })
    this.answers.push(answer)
    if (this.answers.length > ANSWERS_MOST) this.answers.shift()
    await output.write(json ? `${JSON.stringify(answer)}\n` : rendered(answer, style))
  }

  /** Whether the user has been shown picks that had no click yet. */
  hasShown(user: string): boolean {
    return this.#options.shown.get(user) !== undefined
  }

  /**
   * A click on one of the user's latest picks; null: on none of them. It is taken off the picks before it is learned for good, so that
   * a crash in between loses a click, and counts none twice.
   *
   * @returns what was learned, in a sentence
   */
  async click(user: string, item: string | null): Promise<string> {
    const shown = this.#options.shown.get(user)
    if (shown === undefined) throw unusable(`'${user}' was shown nothing that could be clicked`, user)
    if (item !== null && !shown.items.includes(item))
      throw unusable(`'${item}' is none of the picks that '${user}' was shown`, item)
    const { id, blend } = shown
    const before = this.#team.learned()[blend]
    if (id === undefined) this.#team.feedbackOn(blend, item === null ? 0 : 1)
    else this.#team.feedback(id, item === null ? 0 : 1)
    await this.#options.shown.done(user)
    await this.keep()
    const after = this.#team.learned()[blend]
    const rates = [before, after].map((one) => `${((one?.mean ?? 0) * 100).toFixed(1)} %`)
    return `${item === null ? 'no click' : `a click on '${item}'`}: answers of '${blend}' are clicked ${rates[1]} of the time now (${rates[0]} before)`
  }

  /** Keeps what was learned. */
  async keep(): Promise<void> {
    await this.#options.state?.keepLearned(this.#team.running.routes.save())
  }

  async #take(event: Record<string, unknown>): Promise<void> {
    if (event === null || typeof event !== 'object') throw unusable('it is not an object', event)
    const user = typeof event.user === 'number' ? String(event.user) : event.user
    if (typeof user !== 'string' || user === '') throw unusable('it has no user', event)
    if ('clicked' in event) {
      await this.click(user, event.clicked === null ? null : String(event.clicked))
      return
    }
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
