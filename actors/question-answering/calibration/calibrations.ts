import { CALIBRATED as minilm } from './all-minilm-l6-v2.ts'
import { CALIBRATED as minilmWithReader } from './all-minilm-l6-v2-with-reader.ts'
import { CALIBRATED as bgeChinese } from './bge-small-zh-v1.5.ts'
import type { Calibration } from './calibration.ts'
import { CALIBRATED as e5 } from './e5-small-v2.ts'
import { CALIBRATED as e5WithReader } from './e5-small-v2-with-reader.ts'

const FITTED: Readonly<Record<string, { readonly alone: Calibration; readonly withReader: Calibration }>> = {
  'e5-small-v2': { alone: e5, withReader: e5WithReader },
  'bge-small-zh-v1.5': { alone: bgeChinese, withReader: bgeChinese },
  'all-minilm-l6-v2': { alone: minilm, withReader: minilmWithReader },
}

/** The constants for a team with this embedding model, or those of all-MiniLM-L6-v2 for a model without its own. */
export function calibrationOf(model: string, withReader: boolean): Calibration {
  const fitted = (Object.hasOwn(FITTED, model) ? FITTED[model] : undefined) ?? FITTED['all-minilm-l6-v2']
  return (withReader ? fitted?.withReader : fitted?.alone) as Calibration
}
