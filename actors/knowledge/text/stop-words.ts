/**
 * Words that say nothing about the topic of a question. They are dropped from questions, never from documents:
 * the index keeps every word, so that a question of such words only ("who is the who") still finds something.
 */
const LIST = `a about above after again against all also am an and any anybody anyone are aren as at be because been
before being below between both but by can cannot could did do does doesn doing don down during each either else
ever every few find for from further get gets getting give given gives got had has hasn have haven having he hence
her here hers herself him himself his how however i if in into is isn it its itself just kind let like many may me
might mine more most much must my myself no nor not now of off often on once one only or other our ours ourselves
out over own part please put quite rather really s same shall she should since so some something sort still such t
tell than that the their theirs them themselves then there these they thing this those though through thus to too
toward towards type under until up upon us used very was wasn we were weren what whatever when where whether which
while who whom whose why will with within without would yet you your yours yourself`

/** The same of Chinese, by character: particles, copulas, pronouns, prepositions. */
const CHINESE = '的了是在和与及或也都而被把对于以其之为这那有个从到由等并所就又该'

export const STOP_WORDS: ReadonlySet<string> = new Set([...LIST.split(/\s+/), ...CHINESE])
