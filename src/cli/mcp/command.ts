import type { Command } from 'commander'
import type { ExitCode } from '../exit.ts'
import type { McpFlags } from './mcp.ts'

/** `ganglion mcp`. Its code loads only when the command runs. */
export function addMcp(program: Command, end: (code: ExitCode) => void): void {
  program
    .command('mcp')
    .description('offer a folder of documents to language models, as a server of the Model Context Protocol')
    .argument('<folder>', 'the folder of documents')
    .option('--port <n>', 'serve streamable HTTP at /mcp on this port, in place of standard input and output')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--token <token>', 'bearer token that HTTP requests need (default: $GANGLION_TOKEN)')
    .option('--hosts <name...>', "host names that it answers to besides addresses and localhost; '*' for any")
    .exitOverride()
    .addHelpText(
      'after',
      `
Tools: ask, search, passage. They only read. Needs the package @modelcontextprotocol/server beside ganglion.

Example, for a client's configuration:
  { "mcpServers": { "handbook": { "command": "npx", "args": ["ganglion", "mcp", "./handbook"] } } }`,
    )
    .action(async (folder: string, flags: McpFlags) => {
      const { mcpCommand } = await import('./mcp.ts')
      end(await mcpCommand(folder, flags))
    })
}
