/**
 * What adapters must do, as lists of checks for any test runner:
 *
 *     for (const { name, run } of storeContract(async () => new MyStore())) test(name, run)
 *
 * Importing this module loads no test runner.
 *
 * @module
 */
export type { MailboxOptions } from '../../ports/host.ts'
export type { ContractCheck } from './contract.ts'
export { type InferenceUnderTest, inferenceContract } from './inference-contract.ts'
export { type MailboxUnderTest, type MakeMailbox, mailboxContract } from './mailbox-contract.ts'
export { storeContract } from './store-contract.ts'
export { transportContract } from './transport-contract.ts'
