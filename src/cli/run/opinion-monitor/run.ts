import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { natsHeadlines } from '../../../../actors/opinion-monitor/feeds/nats.ts'
import { pollFeeds } from '../../../../actors/opinion-monitor/feeds/poll-feeds.ts'
import {
  type OpinionMonitor,
  openOpinionMonitor,
} from '../../../../actors/opinion-monitor/open-opinion-monitor.ts'
import { readHeadlines } from '../../../../actors/opinion-monitor/read-headlines.ts'
import { reportHtml } from '../../../../actors/opinion-monitor/report/html.ts'
import { type ServedMonitor, serveMonitor } from '../../../../actors/opinion-monitor/serving/serve-monitor.ts'
import type { StreamHeadline } from '../../../../actors/opinion-monitor/stream-headline.ts'
import { type Duration, milliseconds } from '../../../kernel/durations.ts'
import { platformKernel } from '../../../kernel/platform-kernel.ts'
import { type ExitCode, UsageError } from '../../exit.ts'
import { numberFlag } from '../../number-flags.ts'
import { untilStopped } from '../../until-stopped.ts'
import type { OpinionMonitorFlags } from './command.ts'
import { Screen } from './screen.ts'
import { trainMonitor } from './train.ts'

const SAMPLE = new URL('../../../../actors/opinion-monitor/sample/headlines.jsonl', import.meta.url)
/** Bad rows named one by one; the others are counted. */
const NAMED_MOST = 20
const FILE_GRACE = '20s'
/** More than this is no matter of a few slow sources. */
const LATE_SHARE = 0.05

/** `ganglion run opinion-monitor`: alerts on stdout as they come, then a summary. Never rejects; returns the exit code. */
export function runOpinionMonitor(flags: OpinionMonitorFlags): Promise<ExitCode> {
  return untilStopped(async (run) => {
    const { train } = flags
    if (train !== undefined) return trainMonitor({ ...flags, train }, run)
    checkFlags(flags)
    const screen = new Screen(flags, run.output)
    await using monitor = await openOpinionMonitor({
      ...openingOptions(flags),
      onAlert: (alert) => screen.alert(alert),
      onNotice: notice,
    })
    const source = await sourceOf(flags, monitor, run.signal)
    screen.served = source.served
    for await (const { headline, error } of monitor.watch(source.headlines)) {
      if (!source.endless) run.signal.throwIfAborted()
      if (error !== undefined) notice(`could not read ${JSON.stringify(headline.title)}: ${error.message}`)
      await screen.draw(() => monitor.report())
    }
    await monitor.close()
    if (source.served !== undefined) run.signal.throwIfAborted()
    const report = monitor.report()
    const left = source.bad() - NAMED_MOST
    if (left > 0) notice(`${left} more rows are left out`)
    if (report.late > LATE_SHARE * (report.counted + report.late))
      notice(
        `${report.late} of ${report.counted + report.late} headlines came too late for their window: sort them by time, or give a longer --lateness`,
      )
    if (report.counted === 0)
      throw new UsageError('there was no headline to read', '--data', flags.data, 'See the rows named above')
    await screen.end(report)
    if (flags.report !== undefined) {
      await writeFile(flags.report, reportHtml(report, milliseconds(windowOf(flags), '--window')))
      notice(`the report is in ${flags.report}`)
    }
    return report.undelivered > 0 ? 1 : 0
  })
}

function notice(text: string): void {
  process.stderr.write(`ganglion: ${text}\n`)
}

function windowOf({ window }: OpinionMonitorFlags): Duration {
  return (window ?? '1h') as Duration
}

/** @throws UsageError (`usage`) */
function checkFlags(flags: OpinionMonitorFlags): void {
  const given = [
    ['--serve', flags.serve],
    ['--data', flags.data],
    ['--feed', flags.feed],
    ['--nats', flags.nats],
  ].filter(([, value]) => value !== undefined)
  const [first, second] = given
  if (first !== undefined && second !== undefined)
    throw new UsageError(
      `${first[0]} and ${second[0]} exclude each other`,
      String(first[0]),
      first[1],
      'Use one of them',
    )
  const wrong = flags.feed?.find((url) => !(URL.canParse(url) && /^https?:/iu.test(url)))
  if (wrong !== undefined)
    throw new UsageError(`--feed is '${wrong}'`, '--feed', wrong, 'Use an http or https address')
  const { nats } = flags
  if (nats !== undefined && !(URL.canParse(nats) && /^(?:nats|tls):\/\/./iu.test(nats)))
    throw new UsageError(
      `--nats is '${nats}'`,
      '--nats',
      nats,
      'Use an address such as nats://localhost:4222',
    )
  if (flags.live === true && flags.json === true)
    throw new UsageError('--live and --json exclude each other', '--live', true, 'Use one of them')
}

function openingOptions(flags: OpinionMonitorFlags) {
  return {
    watch: {
      window: windowOf(flags),
      ...(flags.lateness === undefined ? {} : { lateness: flags.lateness }),
      ...(flags.falseSurges === undefined ? {} : { falseSurges: shareOf(flags.falseSurges) }),
      ...(flags.smallestShift === undefined ? {} : { smallestShift: sizeOf(flags.smallestShift) }),
    },
    ...(flags.entities === undefined ? {} : { entities: namesOf(flags.entities) }),
    // Nobody waits for a row of a file: a busy machine reads it by all scorers, too.
    ...(isFile(flags) ? { grace: FILE_GRACE } : {}),
    ...(flags.weights === undefined ? {} : { weights: flags.weights }),
    ...(flags.encoder === false ? { encoder: false } : {}),
    ...(flags.webhook === undefined ? {} : { webhook: flags.webhook }),
  }
}

/** Where headlines come from. */
interface Source {
  readonly headlines: AsyncIterable<StreamHeadline>
  /** It ends when the command is stopped, and what it brought is summed up then. */
  readonly endless: boolean
  readonly served?: ServedMonitor
  /** Rows left out so far. */
  bad(): number
}

async function sourceOf(
  flags: OpinionMonitorFlags,
  monitor: OpinionMonitor,
  signal: AbortSignal,
): Promise<Source> {
  let bad = 0
  if (flags.serve !== undefined) {
    const windowMs = milliseconds(windowOf(flags), '--window')
    const served = await serveMonitor(() => monitor, {
      port: portOf(flags.serve),
      host: '127.0.0.1',
      windowMs,
    })
    notice(`listening at ${served.url}`)
    signal.addEventListener('abort', () => void served.stop(), { once: true })
    return { headlines: served.headlines, endless: true, served, bad: () => 0 }
  }
  if (flags.feed !== undefined) {
    const headlines = pollFeeds(flags.feed, {
      everyMs: milliseconds((flags.every ?? '5m') as Duration, '--every'),
      kernel: platformKernel(),
      signal,
      onNotice: notice,
      onTurn: (at) => void monitor.advance(at),
    })
    return { headlines, endless: true, bad: () => 0 }
  }
  if (flags.nats !== undefined) {
    const { nats: server, subject = 'headlines' } = flags
    const kernel = platformKernel()
    const headlines = await natsHeadlines({ server, subject, kernel, signal, onNotice: notice })
    notice(`reads ${subject}`)
    return { headlines, endless: true, bad: () => 0 }
  }
  const headlines = readHeadlines(flags.data ?? fileURLToPath(SAMPLE), ({ line, reason }) => {
    bad += 1
    if (bad <= NAMED_MOST) notice(`line ${line} is left out: ${reason}`)
  })
  return { headlines, endless: false, bad: () => bad }
}

function isFile({ serve, feed, nats, data }: OpinionMonitorFlags): boolean {
  return serve === undefined && feed === undefined && nats === undefined && data !== '-'
}

function namesOf(text: string): string[] {
  return text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))
}

/** @throws UsageError (`usage`) */
function portOf(text: string): number {
  const isPort = (port: number): boolean => Number.isInteger(port) && port >= 0 && port <= 65_535
  return numberFlag(text, '--serve', 'a port from 0 to 65535', isPort)
}

/** @throws UsageError (`usage`) */
function shareOf(text: string): number {
  const what = 'a share above 0 and at most 0.1'
  return numberFlag(text, '--false-surges', what, (value) => value > 0 && value <= 0.1)
}

/** @throws UsageError (`usage`) */
function sizeOf(text: string): number {
  return numberFlag(text, '--smallest-shift', 'a number from 0 to 2', (value) => value >= 0 && value <= 2)
}
