import type { ModelTask } from '../../ports/inference.ts'
import { checkedTask } from './checked-task.ts'

/** When sound counts as speech; the defaults are silero-vad's. */
export interface VoiceActivityOptions {
  /** Probability at which speech begins; it ends 0.15 below. Default 0.5. */
  readonly threshold?: number
  /** Shorter bursts are not speech, in milliseconds. Default 250. */
  readonly minSpeechMs?: number
  /** Shorter pauses do not end a segment, in milliseconds. Default 100. */
  readonly minSilenceMs?: number
  /** Added before and after each segment, in milliseconds. Default 30. */
  readonly padMs?: number
}

const OPTIONS = [
  'threshold',
  'minSpeechMs',
  'minSilenceMs',
  'padMs',
] as const satisfies readonly (keyof VoiceActivityOptions)[]

/** Sound: 16 kHz, mono, samples between -1 and 1; an hour at most. */
export interface SoundRow {
  readonly samples: Float32Array
}

/** A stretch of speech, in milliseconds from the beginning of the sound. */
export interface SpeechSegment {
  readonly startMs: number
  readonly endMs: number
}

/** Where there is speech. */
export interface VoiceActivity {
  /** Probability of speech in each frame. */
  readonly frames: Float32Array
  /** Length of a frame in milliseconds: 32, and 96 with the legacy model. */
  readonly frameMs: number
  readonly segments: readonly SpeechSegment[]
}

/**
 * Voice activity by silero-vad (v5, v6, or legacy; `@ricky0123/vad-web` ships them): sound in, speech segments out. The
 * model's state passes from frame to frame and starts again with each row.
 * @throws InvalidArgumentError (`invalid-argument`) for an empty model name or an unknown option.
 */
export function voiceActivity(
  model: string,
  options: VoiceActivityOptions = {},
): ModelTask<SoundRow, VoiceActivity> {
  return checkedTask('voice-activity', model, options, OPTIONS)
}
