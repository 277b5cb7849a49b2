import { CALIBRATED } from './calibrated.ts'
import type { Calibration } from './calibration.ts'

export const CALIBRATED_EXTRACTION: Calibration = CALIBRATED
