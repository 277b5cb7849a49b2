import { readFile } from 'node:fs/promises'
import { Tokenizer } from '@huggingface/tokenizers'
import { InferenceError } from '../errors.ts'

/** A tokenizer and its description, the `json` of its file. */
export interface LoadedTokenizer {
  readonly tokenizer: Tokenizer
  readonly padId: number
  readonly json: unknown
}

/** @throws InferenceError (`model-damaged`) for a file that is not a tokenizer. */
export async function loadTokenizer(file: string): Promise<LoadedTokenizer> {
  try {
    const json = JSON.parse(await readFile(file, 'utf8')) as { padding?: { pad_id?: number } | null }
    return { tokenizer: new Tokenizer(json, {}), padId: json.padding?.pad_id ?? 0, json }
  } catch (cause) {
    throw new InferenceError('model-damaged', `${file} is not a tokenizer`, {
      path: file,
      remedy: 'Restore tokenizer.json from the model package',
      cause,
    })
  }
}
