import { z } from 'zod'

/** A labelled message. */
export interface Example {
  readonly text: string
  /** The intent, or `OUT_OF_SCOPE`. */
  readonly intent: string
}

/** The label of messages that belong to no intent. Examples of them are optional. */
export const OUT_OF_SCOPE = 'oos'

/** A row of a file of examples: `text,intent`. A file with a column `category` instead is read too. */
export const EXAMPLE = z
  .object({
    text: z.string().trim().min(1, 'is empty').max(10_000),
    intent: z.string().trim().min(1, 'is empty').max(200).optional(),
    category: z.string().trim().min(1).max(200).optional(),
  })
  .transform(({ text, intent, category }, at): Example => {
    const label = intent ?? category
    if (label !== undefined) return { text, intent: label }
    at.addIssue({ code: 'custom', message: 'has no intent' })
    return z.NEVER
  })
