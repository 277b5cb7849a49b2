import type { OpinionReport } from '../../../../actors/opinion-monitor/open-opinion-monitor.ts'
import type { ServedMonitor } from '../../../../actors/opinion-monitor/serving/serve-monitor.ts'
import type { Alert } from '../../../../actors/opinion-monitor/watching/alert.ts'
import { platformKernel } from '../../../kernel/platform-kernel.ts'
import type { Output } from '../../output.ts'
import { type Style, styleFor } from '../../style.ts'
import type { OpinionMonitorFlags } from './command.ts'
import { alertText, summaryText } from './view.ts'

/** Alerts that stay on a live screen. */
const ALERTS_MOST = 4
const REDRAW_MS = 250
const CLEAR = '\u001b[H\u001b[2J'

/** What the command shows: alerts one after the other and a summary at the end, or with `--live` both in place as they change. */
export class Screen {
  readonly #flags: OpinionMonitorFlags
  readonly #output: Output
  readonly #style: Style
  readonly #clock = platformKernel().clock
  readonly #alerts: Alert[] = []
  #drawnAt = Number.NEGATIVE_INFINITY
  /** Alerts go there too. */
  served: ServedMonitor | undefined

  constructor(flags: OpinionMonitorFlags, output: Output) {
    this.#flags = flags
    this.#output = output
    this.#style = styleFor(output.isTerminal, process.env)
  }

  async alert(alert: Alert): Promise<void> {
    this.served?.publish(alert)
    if (this.#flags.live === true) {
      this.#alerts.push(alert)
      if (this.#alerts.length > ALERTS_MOST) this.#alerts.shift()
      this.#drawnAt = Number.NEGATIVE_INFINITY
      return
    }
    const text = this.#flags.json === true ? JSON.stringify(alert) : alertText(alert, this.#style)
    await this.#output.write(`${text}\n`)
  }

  /** Draws a live screen, unless it has just done so. */
  async draw(report: () => OpinionReport): Promise<void> {
    const now = this.#clock.monotonic()
    if (this.#flags.live !== true || now - this.#drawnAt < REDRAW_MS) return
    this.#drawnAt = now
    await this.#write(report())
  }

  async end(report: OpinionReport): Promise<void> {
    if (this.#flags.live === true) await this.#write(report)
    else if (this.#flags.json !== true) await this.#output.write(summaryText(report, this.#style))
  }

  async #write(report: OpinionReport): Promise<void> {
    const alerts = this.#alerts.map((alert) => `${alertText(alert, this.#style)}\n`).join('')
    const summary =
      report.windows.length === 0
        ? `\n${report.counted} headlines; no window is closed yet\n`
        : summaryText(report, this.#style)
    await this.#output.write(`${CLEAR}${alerts}${summary}`)
  }
}
