import type { SpeechSegment } from '../tasks/voice-activity.ts'
import type { TaskOptions } from '../wire.ts'
import { numberAmong } from './card-fields.ts'

/**
 * Speech begins at a frame of at least `threshold`, and ends after it has stayed 0.15 below that for `minSilenceMs`.
 * In between the probability may waver (hysteresis, as in silero-vad's `get_speech_timestamps`, which has these defaults).
 */
export function segmentsOf(
  chances: Float32Array,
  frameMs: number,
  soundMs: number,
  options: TaskOptions,
): SpeechSegment[] {
  const threshold = numberAmong(options, 'threshold', 0.5)
  const release = Math.max(0.01, threshold - 0.15)
  const minSpeech = numberAmong(options, 'minSpeechMs', 250)
  const minSilence = numberAmong(options, 'minSilenceMs', 100)
  const pad = numberAmong(options, 'padMs', 30)
  const raw: { startMs: number; endMs: number }[] = []
  let start = -1
  let quiet = -1
  const close = (endMs: number): void => {
    if (endMs - start >= minSpeech) raw.push({ startMs: start, endMs })
    start = -1
    quiet = -1
  }
  chances.forEach((chance, i) => {
    const at = i * frameMs
    if (chance >= threshold) {
      if (start < 0) start = at
      quiet = -1
    } else if (start >= 0 && chance < release) {
      if (quiet < 0) quiet = at
      if (at + frameMs - quiet >= minSilence) close(quiet)
    }
  })
  if (start >= 0) close(quiet >= 0 ? quiet : soundMs)
  return raw.map(({ startMs, endMs }, i) => {
    // The padding of neighbours meets in the middle of their pause.
    const before = raw[i - 1]?.endMs
    const after = raw[i + 1]?.startMs
    return {
      startMs: Math.max(0, startMs - (before === undefined ? pad : Math.min(pad, (startMs - before) / 2))),
      endMs: Math.min(soundMs, endMs + (after === undefined ? pad : Math.min(pad, (after - endMs) / 2))),
    }
  })
}
