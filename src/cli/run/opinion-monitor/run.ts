import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { openOpinionMonitor } from '../../../../actors/opinion-monitor/open-opinion-monitor.ts'
import { readHeadlines } from '../../../../actors/opinion-monitor/read-headlines.ts'
import { reportHtml } from '../../../../actors/opinion-monitor/report/html.ts'
import { type ServedMonitor, serveMonitor } from '../../../../actors/opinion-monitor/serving/serve-monitor.ts'
import { milliseconds } from '../../../kernel/durations.ts'
import { type ExitCode, UsageError } from '../../exit.ts'
import { styleFor } from '../../style.ts'
import { untilStopped } from '../../until-stopped.ts'
import type { OpinionMonitorFlags } from './command.ts'
import { trainMonitor } from './train.ts'
import { alertText, summaryText } from './view.ts'

const SAMPLE = new URL('../../../../actors/opinion-monitor/sample/headlines.jsonl', import.meta.url)
/** Bad rows named one by one; the others are counted. */
const NAMED_MOST = 20

/** `ganglion run opinion-monitor`: alerts on stdout as they come, then a summary. Never rejects; returns the exit code. */
export function runOpinionMonitor(flags: OpinionMonitorFlags): Promise<ExitCode> {
  return untilStopped(async (run) => {
    const { signal, output } = run
    const { train } = flags
    if (train !== undefined) return trainMonitor({ ...flags, train }, run)
    const style = styleFor(output.isTerminal, process.env)
    const notice = (text: string) => process.stderr.write(`ganglion: ${text}\n`)
    const window = flags.window ?? '1h'
    const port = flags.serve === undefined ? undefined : portOf(flags.serve)
    if (port !== undefined && flags.data !== undefined)
      throw new UsageError('--serve and --data exclude each other', '--serve', flags.serve, 'Use one of them')
    let served: ServedMonitor | undefined
    await using monitor = await openOpinionMonitor({
      watch: {
        window,
        ...(flags.lateness === undefined ? {} : { lateness: flags.lateness }),
        ...(flags.falseSurges === undefined ? {} : { falseSurges: shareOf(flags.falseSurges) }),
      },
      ...(flags.entities === undefined ? {} : { entities: namesOf(flags.entities) }),
      ...(flags.weights === undefined ? {} : { weights: flags.weights }),
      ...(flags.encoder === false ? { encoder: false } : {}),
      ...(flags.webhook === undefined ? {} : { webhook: flags.webhook }),
      onAlert: (alert) => {
        served?.publish(alert)
        return output.write(
          flags.json === true ? `${JSON.stringify(alert)}\n` : `${alertText(alert, style)}\n`,
        )
      },
      onNotice: notice,
    })
    if (port !== undefined) {
      served = await serveMonitor(() => monitor, {
        port,
        host: '127.0.0.1',
        windowMs: milliseconds(window, '--window'),
      })
      notice(`listening at ${served.url}`)
      signal.addEventListener('abort', () => void served?.stop(), { once: true })
    }
    let bad = 0
    const rows =
      served?.headlines ??
      readHeadlines(flags.data ?? fileURLToPath(SAMPLE), ({ line, reason }) => {
        bad += 1
        if (bad <= NAMED_MOST) notice(`line ${line} is left out: ${reason}`)
      })
    for await (const { headline, error } of monitor.watch(rows)) {
      if (served === undefined) signal.throwIfAborted()
      if (error !== undefined) notice(`could not read ${JSON.stringify(headline.title)}: ${error.message}`)
    }
    await monitor.close()
    if (served !== undefined) signal.throwIfAborted()
    const report = monitor.report()
    if (bad > NAMED_MOST) notice(`${bad - NAMED_MOST} more rows are left out`)
    if (report.counted === 0)
      throw new UsageError('there was no headline to read', '--data', flags.data, 'See the rows named above')
    if (flags.json !== true) await output.write(summaryText(report, style))
    if (flags.report !== undefined) {
      await writeFile(flags.report, reportHtml(report, milliseconds(window, '--window')))
      notice(`the report is in ${flags.report}`)
    }
    return report.undelivered > 0 ? 1 : 0
  })
}

function namesOf(text: string): string[] {
  return text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))
}

/** @throws UsageError (`usage`) */
function portOf(text: string): number {
  const port = Number(text)
  if (text.trim() !== '' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new UsageError(`--serve is '${text}'`, '--serve', text, 'Use a port from 0 to 65535')
}

/** @throws UsageError (`usage`) */
function shareOf(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value <= 0.1) return value
  throw new UsageError(
    `--false-surges is '${text}'`,
    '--false-surges',
    text,
    'Use a share above 0 and at most 0.1',
  )
}
