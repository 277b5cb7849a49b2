import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CHINESE_FUSION } from '../../actors/knowledge/retrieval/fusion.ts'
import { type EvaluationQuestion, readQuestions } from '../../bench/eval/questions.ts'
import { folderOf, readSmallFolders, SMALL_FILES } from '../../bench/eval/small-files.ts'
import { readSquad } from '../../bench/eval/squad.ts'
import { Corpus, draw, type Prepared } from './corpus.ts'
import { Embedder } from './embedder.ts'
import { prepareFiles } from './files.ts'

/** One source of questions: answerable ones, and questions that the same documents do not answer. */
export interface Material<P extends Prepared = Prepared> {
  readonly name: string
  readonly group: (asked: EvaluationQuestion) => string
  readonly prepared: readonly P[]
}

/** Which questions of a set are prepared; a group is an article or a file. */
export type Select = <Q extends EvaluationQuestion>(
  set: string,
  questions: readonly Q[],
  group: (asked: EvaluationQuestion) => string,
) => readonly Q[]

/**
 * Retrieves for every question of every set once; fitting only reads it. `root` is the project, `data` the shared data, `model` embeds. `read`
 * selects what a trained reader has not seen: then small files come too. They change the weights of the other readers little (decision 054).
 */
export async function gatherMaterial(
  root: string,
  data: string,
  model: string,
  read?: Select,
): Promise<Material[]> {
  const select: Select = read ?? ((_set, questions) => questions)
  const embedder = await Embedder.open(model)
  const squad = readFileSync(join(data, 'squad/squad-v1.1-du-split.json'), 'utf8')
  const unanswerable = readFileSync(join(data, 'squad/squad-v2.0-unanswerable-subset.json'), 'utf8')
  const articleOf = (asked: EvaluationQuestion) => (asked as EvaluationQuestion & { article: string }).article
  const found: Material[] = []

  const paragraphs = readSquad(squad, 'paragraph')
  const corpus = await Corpus.of(paragraphs.documents, embedder)
  const questions = select('squad', draw(paragraphs.questions, 4_000, 11), articleOf)
  found.push({ name: 'squad', group: articleOf, prepared: await corpus.prepare(questions) })

  // The same kind of question without its article in the documents: nothing there can answer it.
  const articleOfFile = new Map(paragraphs.questions.map((one) => [one.file, one.article]))
  const removed = draw(paragraphs.questions, 1_000, 12).map((one) => ({ ...one, unanswerable: true }))
  const missing = select('missing', removed, articleOf)
  const hidden = (asked: EvaluationQuestion, file: string) => articleOfFile.get(file) === articleOf(asked)
  found.push({ name: 'missing', group: articleOf, prepared: await corpus.prepare(missing, hidden) })

  found.push({ name: 'small', group: articleOf, prepared: await smallFolders(paragraphs, embedder, select) })

  const articles = readSquad(squad, 'article')
  const byArticle = await Corpus.of(articles.documents, embedder)
  const more = select('articles', draw(articles.questions, 1_000, 13), articleOf)
  found.push({ name: 'articles', group: articleOf, prepared: await byArticle.prepare(more) })

  const second = readSquad(unanswerable, 'paragraph')
  const subset = await Corpus.of(second.documents, embedder)
  found.push({
    name: 'squad2',
    group: articleOf,
    prepared: await subset.prepare(select('squad2', second.questions, articleOf)),
  })

  const folder = join(root, 'examples/data/factbook')
  const countries = readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }))
  const development = readQuestions(readFileSync(join(root, 'test/evaluation/factbook-dev.jsonl'), 'utf8'))
  const factbook = await Corpus.of(countries, embedder)
  found.push({ name: 'factbook', group: fileOf, prepared: await factbook.prepare(development) })
  if (read !== undefined) found.push(await smallFiles(embedder, read))
  await embedder.stop()
  return found
}

/** Every third folder of small files is used: of all of them prose would weigh too little beside. */
const FOLDER_STEP = 3

async function smallFiles(embedder: Embedder, select: Select): Promise<Material> {
  const all = readSmallFolders(readFileSync(SMALL_FILES))
  const folders = all
    .map((one) => ({ ...one, questions: select('files', one.questions, () => one.folder) }))
    .filter(({ questions }) => questions.length > 0)
    .filter((_, i) => i % FOLDER_STEP === 0)
  return { name: 'files', group: folderOf, prepared: await prepareFiles(folders, embedder) }
}

/** Questions of each set for an ablation, each over paragraphs of their own: enough to tell what a reader is worth. */
const SAMPLE = 200

/** Some questions of each kind of text: an encyclopedia, forum posts, product reviews. */
export async function gatherSample(data: string, model: string): Promise<Material[]> {
  const embedder = await Embedder.open(model)
  const found: Material[] = []
  for (const [name, path] of [
    ['squad', 'squad/squad-v1.1-du-split.json'],
    ['reddit', 'squadshifts/reddit.json'],
    ['amazon', 'squadshifts/amazon.json'],
  ] as const) {
    const set = readSquad(readFileSync(join(data, path), 'utf8'), 'paragraph')
    const questions = draw(set.questions, SAMPLE, 14)
    const files = new Set(questions.map(({ file }) => file))
    const documents = set.documents.filter(({ file }) => files.has(file))
    const corpus = await Corpus.of(documents, embedder)
    found.push({ name, group: fileOf, prepared: await corpus.prepare(questions) })
  }
  await embedder.stop()
  return found
}

function fileOf(asked: EvaluationQuestion): string {
  return asked.file ?? asked.id
}

/** Paragraphs of a small Chinese folder. */
const SMALL = 4

/**
 * Chinese questions over CMRC 2018's trial paragraphs, the same kind over the paragraphs without their own, and over folders of a few of the
 * paragraphs, with as many foreign ones. Such a folder is in one fold, in all three.
 */
export async function gatherChinese(data: string, model: string): Promise<Material[]> {
  const embedder = await Embedder.open(model)
  const set = readSquad(readFileSync(join(data, 'cmrc2018/trial.json'), 'utf8'), 'paragraph')
  const corpus = await Corpus.of(set.documents, embedder, CHINESE_FUSION)
  const folderOf = new Map(set.documents.map(({ file }, i) => [file, Math.floor(i / SMALL)]))
  const group = (asked: EvaluationQuestion) => `${folderOf.get(fileOf(asked)) ?? fileOf(asked)}`
  const missing = draw(set.questions, 300, 12).map((one) => ({ ...one, unanswerable: true }))
  const foreign = draw(set.questions, 300, 15).map((one) => ({ ...one, unanswerable: true }))
  const small: Prepared[] = []
  for (let from = 0; from < set.documents.length; from += SMALL) {
    const documents = set.documents.slice(from, from + SMALL)
    const folder = Math.floor(from / SMALL)
    const own = set.questions.filter(({ file }) => folderOf.get(file) === folder)
    // Asked about the next folder, so that the question stays with its fold.
    const others = foreign.filter(({ file }) => folderOf.get(file) === folder)
    const next = await Corpus.of(documents, embedder, CHINESE_FUSION)
    small.push(...(await next.prepare(own)))
    const away = set.documents.slice((from + SMALL) % set.documents.length).slice(0, SMALL)
    small.push(...(await (await Corpus.of(away, embedder, CHINESE_FUSION)).prepare(others)))
  }
  const material = [
    { name: 'cmrc', group, prepared: await corpus.prepare(set.questions) },
    {
      name: 'missing',
      group,
      prepared: await corpus.prepare(missing, (asked, file) => asked.file === file),
    },
    { name: 'small', group, prepared: small },
  ]
  await embedder.stop()
  return material
}

const FOLDERS = 22
const OWN_QUESTIONS = 24
const FOREIGN_QUESTIONS = 16

/**
 * One article as the whole folder, like a small handbook, with its own questions and another article's. The fold of
 * a question is that of the folder, so no folder is in two folds.
 */
async function smallFolders(
  all: ReturnType<typeof readSquad>,
  embedder: Embedder,
  select: Select,
): Promise<Prepared[]> {
  const titles = [...new Set(all.questions.map((one) => one.article))].slice(0, FOLDERS)
  const prepared: Prepared[] = []
  for (const [i, article] of titles.entries()) {
    const own = all.questions.filter((one) => one.article === article)
    const files = new Set(own.map((one) => one.file))
    const corpus = await Corpus.of(
      all.documents.filter((one) => files.has(one.file)),
      embedder,
    )
    const foreign = all.questions.filter((one) => one.article !== article)
    const asked = [
      ...draw(own, OWN_QUESTIONS, i + 1),
      ...draw(foreign, FOREIGN_QUESTIONS, i + 1).map((one) => ({ ...one, article, unanswerable: true })),
    ]
    prepared.push(...(await corpus.prepare(select('small', asked, () => article))))
  }
  return prepared
}
