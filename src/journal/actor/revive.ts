import type { Envelope } from '../../mailbox/envelope.ts'
import type { DurableCell } from './durable-cell.ts'
import { asWritten } from './frames.ts'
import type { Letter } from './letter.ts'

/** A dead letter is sent again, under its own name: it leaves the journal's with the commit that accepts it. */
export function revive(cell: DurableCell, envelope: Envelope, { sequence, key: name }: Letter): void {
  if (!cell.open) throw cell.gone(envelope)
  const { keeper, keys, path } = cell
  const { log, deadRecords } = keeper
  const key = envelope.extra?.idempotencyKey
  const bytes = keeper.encode(cell, envelope, name)
  const added = key === undefined ? [] : keys.add(key)
  const { first } = log.commit({
    append: [{ to: path, bytes }],
    put: [...deadRecords.remove(sequence), ...added],
  })
  deadRecords.removed(sequence)
  if (key !== undefined) keys.committed(added)
  envelope.body = asWritten(envelope.body, bytes)
  cell.receive(envelope, first, name)
}
