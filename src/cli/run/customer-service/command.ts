import type { TeamCommand } from '../team-command.ts'
import type { ServiceFlags } from './run.ts'

/** `ganglion run customer-service`. */
export const CUSTOMER_SERVICE: TeamCommand = {
  name: 'customer-service',
  summary: 'reads the intent of a message, and answers by a reply, from documents, or hands over to a person',
  setUp(command, end) {
    command
      .argument('[message...]', 'the message; without one (and without --batch) an interactive prompt opens')
      .option(
        '--data <file>',
        'your examples: rows text,intent as .csv, .tsv, .jsonl or .json (default: a bundled sample)',
      )
      .option('--replies <file>', 'your replies: rows intent,reply')
      .option('--docs <dir>', 'a folder of documents that answers what no reply answers')
      .option('--save <file>', 'write what was learned, also by feedback')
      .option('--model <file>', 'start from what --save wrote, in place of --data')
      .option('--seed <n>', 'seed of learning (default: 1)')
      .option('--kept <share>', 'share of messages in scope that are kept (default: 0.985)')
      .option(
        '--batch <file>',
        'answer rows { "customer", "text" } of a file in order, or each line of a .txt; a row without a customer is a conversation of its own',
      )
      .option(
        '--feedback <intent>',
        'the right intent of the message: readers that were wrong lose weight; in rows of --batch a column feedback says it',
      )
      .option('--report <file>', 'write a report of the answers, one HTML file')
      .option('--json', 'one JSON document a message on stdout')
      .exitOverride()
      .addHelpText(
        'after',
        `
The intent 'oos' labels messages that belong to no intent: ten such examples keep much out that would get a reply.
A reply may hold the slots {number}, {amount}, {email}, {date} (2026-03-15, 15 March, tomorrow …), and ones of your own.
Whoever asks for a person gets one, whatever the intents are.

Examples:
  $ ganglion run customer-service "Where is my parcel?"
  $ ganglion run customer-service --data intents.csv --replies replies.csv --docs ./handbook --save intents.bin
  $ ganglion run customer-service --model intents.bin --batch messages.jsonl --json
  $ ganglion run customer-service --model intents.bin --save intents.bin "is my dog allowed?" --feedback pets`,
      )
      .action(async (words: string[], flags: ServiceFlags) => {
        const { serviceCommand } = await import('./run.ts')
        end(await serviceCommand(words, flags))
      })
  },
}
