import type { Command } from 'commander'
import type { ExitCode } from '../exit.ts'
import type { ServeFlags } from './serve.ts'

/** `ganglion serve`. The service loads only when the command runs. */
export function addServe(program: Command, end: (code: ExitCode) => void): void {
  program
    .command('serve')
    .description('serve the pipelines and teams of a module over HTTP')
    .argument(
      '[file]',
      'a module that exports pipelines, running pipelines or teams of openFolder, by default or by name',
    )
    .option('--docs <dir>', 'serve a question-answering team over this folder')
    .option('--port <n>', 'port; 0 for any free one (default: 8080)')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1, which only this machine reaches)')
    .option('--token <token>', 'bearer token that requests need (default: $GANGLION_TOKEN)')
    .option('--hosts <name...>', "host names that it answers to besides addresses and localhost; '*' for any")
    .option('--origins <origin...>', 'origins of pages elsewhere that may call it')
    .option('--drain <duration>', 'how long requests in flight may take after SIGTERM (default: 10s)')
    .option('--grace <duration>', 'how long it still takes connections while it is not ready (default: 0)')
    .option('--timeout <duration>', "the longest deadline of a request (default: each pipeline's own)")
    .exitOverride()
    .addHelpText(
      'after',
      `
Paths: POST /pipelines/NAME, GET /openapi.json, /health, /live, /ready.
A module may also export \`service\`, an object of options of createService.

Examples:
  $ ganglion serve team.ts --port 8080
  $ curl -d '{"text":"hello"}' -H 'content-type: application/json' localhost:8080/pipelines/NAME
  $ ganglion serve --docs ./handbook --host 0.0.0.0 --hosts handbook.example.org`,
    )
    .action(async (file: string | undefined, flags: ServeFlags) => {
      const { serveCommand } = await import('./serve.ts')
      end(await serveCommand(file, flags))
    })
}
