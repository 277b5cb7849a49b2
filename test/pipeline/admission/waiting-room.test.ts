import { expect, test } from 'vitest'
import type { Guest } from '../../../src/pipeline/admission/guest.ts'
import { WaitingRoom } from '../../../src/pipeline/admission/waiting-room.ts'

test('a new tenant gains nothing from a run of another that has cost less than was thought [G59]', () => {
  const room = new WaitingRoom<Guest & { costMs: number }>({})
  let ids = 0
  const push = (tenant: string) => {
    ids += 1
    room.push(
      {
        id: ids,
        tenant,
        startedAt: 0,
        deadline: 1e6,
        priority: 0,
        begunAt: Number.NaN,
        company: 0,
        meanCompany: 0,
        charged: 0,
        costMs: 0,
      },
      0,
    )
  }
  const begin = (tenant: string) => {
    const guest = room.next(0)
    expect(guest?.tenant).toBe(tenant)
    if (guest === undefined) throw new Error('nobody waits')
    room.charge(guest)
    return (costMs: number) => room.paid({ ...guest, costMs })
  }
  for (const tenant of ['a', 'b']) push(tenant)
  // Runs of both are thought to be dear from now on.
  for (const end of [begin('a'), begin('b')]) end(1600)
  for (const tenant of ['a', 'a', 'a', 'b', 'b']) push(tenant)
  const [first, , second] = [begin('a'), begin('b'), begin('a')]
  // Those of one were cheap: it has its turn earlier. That is no turn of the room's that a newcomer could begin from.
  first(1)
  second(1)
  begin('a')
  push('c')
  begin('b')
  begin('c')
})
