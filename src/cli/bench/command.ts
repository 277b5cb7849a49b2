import type { Command } from 'commander'
import type { ExitCode } from '../exit.ts'
import type { BenchFlags } from './bench.ts'

/** `ganglion bench`. What measures loads only when the command runs. */
export function addBench(program: Command, end: (code: ExitCode) => void): void {
  program
    .command('bench')
    .description('measure goodput and latency of a pipeline, a team or a URL under open-loop load')
    .argument('<target>', 'a module that exports a pipeline or a team, or a URL that takes JSON by POST')
    .option('--name <name>', 'which one, where the module exports several')
    .option('--input <json>', 'the input of every request')
    .option('--inputs <file>', 'JSON lines: inputs in turn, or { "input": …, "expect": … } to check answers')
    .option('--rate <rates>', 'requests a second: 200, or 50,100,400, or 100..5000', '10..1000')
    .option('--steps <n>', 'rates between the two ends', '6')
    .option('--duration <duration>', 'how long each rate is measured', '10s')
    .option('--warmup <duration>', 'load before anything is measured', '2s')
    .option('--deadline <duration>', 'later answers do not count', '1s')
    .option('--seed <n>', 'arrivals are the same for the same seed', '1')
    .option('--token <token>', 'bearer token for a URL')
    .option('--faults', 'measure again while a step of the pipeline is killed once a second')
    .option('--json', 'print one JSON document')
    .option('--html <file>', 'write a self-contained report')
    .option(
      '--compare <file>',
      'a report of --json: exit 1 if a figure is worse by more than noise, or no rate is the same',
    )
    .exitOverride()
    .addHelpText(
      'after',
      `
Latency counts from when a request was due, not from when it was sent. A rate is carried if 95 % were answered in time.

Examples:
  $ ganglion bench team.ts --input '{"text":"hello"}' --rate 100..5000 --html report.html
  $ ganglion bench http://localhost:8080/pipelines/mood --inputs questions.jsonl --rate 200 --duration 30s
  $ ganglion bench team.ts --inputs questions.jsonl --json > base.json
  $ ganglion bench team.ts --inputs questions.jsonl --compare base.json`,
    )
    .action(async (target: string, flags: BenchFlags) => {
      const { benchCommand } = await import('./bench.ts')
      end(await benchCommand(target, flags))
    })
}
