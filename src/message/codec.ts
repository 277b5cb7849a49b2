import { createRequire } from 'node:module'
import type { Packr } from 'msgpackr'
import type { Message } from './header.ts'

let packr: Packr | undefined
function packer(): Packr {
  if (packr === undefined) {
    const { Packr } = createRequire(import.meta.url)('msgpackr') as typeof import('msgpackr')
    packr = new Packr({ moreTypes: true, useRecords: false })
  }
  return packr
}
export function encodeMessage(message: Message): Uint8Array {
  return packer().pack(message)
}
export function decodeMessage(frame: Uint8Array): Message {
  return packer().unpack(frame) as Message
}
