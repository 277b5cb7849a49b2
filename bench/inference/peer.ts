import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env, pipeline } from '@huggingface/transformers'
import { MINILM } from './texts.ts'

/** BERT's special tokens, as in a hub's tokenizer_config.json. */
const SPECIAL = {
  pad_token: '[PAD]',
  unk_token: '[UNK]',
  cls_token: '[CLS]',
  sep_token: '[SEP]',
  mask_token: '[MASK]',
  do_lower_case: true,
}

/** feature-extraction of `@huggingface/transformers` on the same model file, called as documented. */
export async function transformersPeer() {
  const folder = await mkdtemp(join(tmpdir(), 'ganglion-peer-'))
  await symlink(MINILM, join(folder, 'onnx'))
  await symlink(join(MINILM, 'tokenizer.json'), join(folder, 'tokenizer.json'))
  await writeFile(
    join(folder, 'tokenizer_config.json'),
    JSON.stringify({ tokenizer_class: 'BertTokenizer', model_max_length: 256, ...SPECIAL }),
  )
  await writeFile(
    join(folder, 'config.json'),
    JSON.stringify({ model_type: 'bert', architectures: ['BertModel'] }),
  )
  env.allowRemoteModels = false
  env.allowLocalModels = true
  env.localModelPath = tmpdir()
  const extractor = await pipeline('feature-extraction', folder.slice(tmpdir().length + 1), { dtype: 'fp32' })
  return {
    run: (texts: readonly string[]) => extractor([...texts], { pooling: 'mean', normalize: true }),
    async stop() {
      await extractor.dispose()
      await rm(folder, { recursive: true })
    },
  }
}
