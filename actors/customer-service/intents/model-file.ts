import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Packr } from 'msgpackr'
import { writeWhole } from '../../../src/kernel/whole-file.ts'
import { CustomerServiceError } from '../errors.ts'
import type { IntentModel } from './intent-model.ts'

/** `moreTypes` keeps typed arrays as they are. */
const packr = new Packr({ moreTypes: true, useRecords: false })
const DIGEST_BYTES = 32

/** Writes a trained model: a sha256, then msgpack. Whole or not at all: it may take the place of an earlier one. */
export function saveIntents(file: string, model: IntentModel): Promise<void> {
  const body = packr.pack(model)
  return writeWhole(file, Buffer.concat([digestOf(body), body]))
}

/** @throws CustomerServiceError (`intents-missing`, `intents-damaged`) */
export async function loadIntents(file: string): Promise<IntentModel> {
  let bytes: Buffer
  try {
    bytes = await readFile(file)
  } catch (error) {
    throw new CustomerServiceError(
      'intents-missing',
      `${file} can't be read`,
      'model',
      file,
      'Train it: ganglion run customer-service --data FILE.csv --save FILE',
      error,
    )
  }
  const body = bytes.subarray(DIGEST_BYTES)
  if (!digestOf(body).equals(bytes.subarray(0, DIGEST_BYTES))) throw damaged(file)
  const model = packr.unpack(body) as IntentModel
  if (model.version !== 2) throw damaged(file)
  return model
}

function digestOf(body: Uint8Array): Buffer {
  return createHash('sha256').update(body).digest()
}

function damaged(file: string): CustomerServiceError {
  return new CustomerServiceError(
    'intents-damaged',
    `${file} is not a whole model of intents of this version`,
    'model',
    file,
    'Train it again: ganglion run customer-service --data FILE.csv --save FILE',
  )
}
