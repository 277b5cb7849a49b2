/** Evidence from embeddings: the statement's cosine with the question, the better neighbour's, the passage's best. */
export const SIMILARITY_FEATURES = ['cosine', 'neighbour', 'best'] as const

/** Evidence from words that only Chinese uses. */
export const CHINESE_OVERLAP_FEATURES = [
  'withOpening',
  'amongRead',
  'clause',
  'openingOnly',
  'segments',
  'runs',
  'square',
] as const

/** Evidence from the words of a statement and its neighbours. */
export const OVERLAP_FEATURES = [
  'coverage',
  'withNeighbours',
  'compact',
  'named',
  'letters',
  'length',
  'short',
  'first',
  'asks',
  ...CHINESE_OVERLAP_FEATURES,
] as const

/** Whether a statement contains the kind of thing asked for, and how near it is to the words of the question. */
export const ANSWER_TYPE_FEATURES = ['fits', 'fitsBest', 'focus', 'near', 'defines', 'explains'] as const

/** Evidence from the retrievers and the whole passage: the same value for each statement of a passage. */
export const STANDING_FEATURES = ['dense', 'coverage', 'withContext', 'named', 'pairs'] as const

/**
 * Evidence from a trained reader: `span`, the log-probability of its best span in the statement; `best`, whether the passage's
 * best span is there; `answerable`, the log-odds that the passage answers at all.
 */
export const EXTRACTION_FEATURES = ['span', 'best', 'answerable'] as const

/** Evidence that a run of words inside a statement is the answer. */
export const SPAN_FEATURES = [
  'typed',
  'typedBest',
  'typedPart',
  'typedCut',
  'name',
  'figure',
  'asked',
  'askedEdge',
  'near',
  'nearAfter',
  'length',
  'single',
  'stopStart',
  'stopEnd',
  'articleStart',
  'capitalStart',
  'cutsName',
  'markBefore',
  'markAfter',
  'stopBefore',
  'stopAfter',
  'linkBefore',
  'colonBefore',
  'bracketed',
  'atStart',
  'atEnd',
  'verbal',
  'otherKind',
  'opens',
  'opensPerson',
  'list',
  'quoted',
  'inside',
  'focusBefore',
  'wantsLong',
] as const

/** Signs of a right answer, from the outcome of the vote. */
export const CONFIDENCE_FEATURES = [
  'share',
  'passageShare',
  'lead',
  'agreement',
  'similarity',
  'overlap',
  'answerType',
  'standing',
  'dense',
  'covered',
  'coveredHere',
  'named',
  'missing',
  'unknown',
] as const

/** Additional evidence from a trained reader: its mark of the winner, and its log-odds that any passage answers. */
export const EXTRACTION_CONFIDENCE_FEATURES = ['extraction', 'answerable'] as const
