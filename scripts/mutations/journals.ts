import type { Mutation } from './mutation.ts'

/** Of journals and what is kept in them: keys, states, runs, damage. */
export const JOURNALS: readonly Mutation[] = [
  {
    name: 'the key of a handled message is evicted early',
    file: 'src/journal/actor/known-keys.ts',
    from: 'ages.size - put.length < keysMax && at',
    to: 'ages.size - put.length < 2 && at',
    scenario: 'durable.',
  },
  {
    name: 'a handler’s messages to others leave before its commit is durable',
    file: 'src/journal/actor/durable-cell.ts',
    from: '    this.#whenDurable(flushed, letter, () => {\n      for (const { to, envelope: sent } of outside) sendLate(to, sent, undefined)\n',
    to: '    for (const { to, envelope: sent } of outside) sendLate(to, sent, undefined)\n    this.#whenDurable(flushed, letter, () => {\n',
    scenario: 'outbox',
  },
  {
    name: 'an entity leaves memory with its messages unheard',
    file: 'src/journal/actor/keeper.ts',
    from: '    if (waiting === undefined) this.#kept.waiting.set(path, [sequence])\n    else waiting.push(sequence)',
    to: '    if (waiting === undefined) this.#kept.waiting.set(path, [sequence])',
    scenario: 'entities',
  },
  {
    name: 'an outcome that found no room is forgotten',
    file: 'src/pipeline/control/durable-runs.ts',
    from: "      if (code !== 'store-conflict') this.#unwritten.set(key, () => this.#end(key, keeper, end, error))\n",
    to: '',
    scenario: 'durable-room',
  },
  {
    name: 'an event holds the data of its handler, not a copy',
    file: 'src/journal/actor/saved-state.ts',
    from: "data: typeof data === 'object' && data !== null ? decodeRecord(bytes).body : data",
    to: 'data',
    scenario: 'events',
  },
  {
    name: 'a message whose event was thrown out halfway is committed',
    file: 'src/journal/actor/durable-cell.ts',
    from: '      if (context.spoiled !== undefined) throw context.spoiled.error\n',
    to: '',
    scenario: 'events',
  },
  {
    name: 'the checksum of a group is not looked at',
    file: 'src/journal/log/record.ts',
    from: "  if (crc32(bytes.subarray(at + 12, end)) !== readU32(bytes, at + 8)) return 'a checksum that does not match'\n",
    to: '',
    scenario: 'damaged-disk',
  },
  {
    name: 'a later flush is told as durable before the one before it',
    file: 'src/journal/log/writer.ts',
    from: '        const [first] = this.#flights\n',
    to: '        const first = this.#flights.find(({ landed }) => landed) ?? this.#flights[0]\n',
    scenario: 'flushes',
  },
  {
    name: 'a group says that what is only being written was durable before it',
    file: 'src/journal/log/writer.ts',
    from: 'group.seal(number + 1 + i, this.#number, ',
    to: 'group.seal(number + 1 + i, number, ',
    scenario: 'flushes',
  },
  {
    name: 'one run that can’t be read keeps all others from going on',
    file: 'src/pipeline/control/found-runs.ts',
    from: '      unread.push({ key, error: error as CheckpointError })\n',
    to: '      throw error\n',
    scenario: 'unread',
  },
  {
    name: 'a compaction goes on though the disk has failed',
    file: 'src/journal/log/segmented-log.ts',
    from: '      this.#check()\n      const { oldest',
    to: '      const { oldest',
    scenario: 'compactions',
  },
  {
    name: 'a file goes before what was moved out of it is durable',
    file: 'src/journal/log/compactor.ts',
    from: 'if (this.#moved !== flushed) return',
    to: 'if (this.#walk === undefined) return',
    scenario: 'compactions',
  },
]
