"""Questions of SQuAD, squadshifts and QAMR as rows of tokens, split into training and held-out parts."""

import hashlib
import json
import math
import random
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

# Whole articles that no weight is fitted on; the card's figures are of these. Chosen before the first training.
HELD_OUT = {
    "Montana", "Spectre_(2015_film)", "Solar_energy", "Dog", "Portugal", "Genome", "Prime_minister",
    "Architecture", "Canadian_Armed_Forces", "Normans",
}
SQUADS = {
    "squad": "squad/squad-v1.1-du-split.json",
    "squad2": "squad/squad-v2.0-unanswerable-subset.json",
    "amazon": "squadshifts/amazon.json",
    "reddit": "squadshifts/reddit.json",
}
TOKENS_MAX, QUESTION_MAX = 320, 48
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"'(])")


@dataclass
class Asked:
    source: str
    title: str
    question: str
    context: str
    answers: list  # (start, text) in the context; empty where there is none


def load(folder):
    """(training, held out): SQuAD by article; of the others every tenth paragraph, of QAMR every twentieth sentence."""
    training, held_out = [], []
    for source, name in SQUADS.items():
        for article in json.loads((Path(folder) / name).read_text())["data"]:
            title = article.get("title", source)
            for paragraph in article["paragraphs"]:
                context = paragraph["context"]
                kept = title in HELD_OUT if source.startswith("squad") else share(context) < 0.1
                for qa in paragraph["qas"]:
                    answers = [(a["answer_start"], a["text"]) for a in qa["answers"] if a["text"].strip()]
                    if qa.get("is_impossible"):
                        answers = []
                    elif not answers:
                        continue
                    (held_out if kept else training).append(Asked(source, title, qa["question"].strip(), context, answers))
    for one in qamr(Path(folder) / "qamr"):
        (held_out if share(one.context) < 0.05 else training).append(one)
    return training, held_out


def share(text):
    """A number from 0 to 1 that stands for the text."""
    return int.from_bytes(hashlib.md5(text.encode()).digest()[:4], "big") / 2**32


def qamr(folder):
    """Questions on whose answer two of three people agree, with the sentence as it would be written."""
    lines = (folder / "wiki-sentences.tsv").read_text().splitlines()
    sentences = {key: plain(words.split(" ")) for key, words in (line.split("\t") for line in lines)}
    for name in ("dev.tsv", "test.tsv"):
        for line in (folder / name).read_text().splitlines():
            key, _, _, _, _, question, own, *others = line.split("\t")
            given, count = Counter([own, *(other.partition(":")[2] for other in others)]).most_common(1)[0]
            places = [int(place) for place in given.split()] if given.replace(" ", "").isdigit() else []
            if count < 2 or not places or places != list(range(places[0], places[-1] + 1)):
                continue
            text, spans = sentences[key]
            begin, end = spans[places[0]][0], spans[places[-1]][1]
            yield Asked("qamr", key, question, text, [(begin, text[begin:end])])


BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}", "``": '"', "''": '"'}
CLINGING = re.compile(r"^([.,;:!?%)\]}]|'s|'re|'ve|'ll|'d|'m|n't|')$", re.IGNORECASE)


def plain(words):
    """Treebank tokens as text, and where each stands in it."""
    text, spans, opened, glued = "", [], False, True
    for word in words:
        shown = BRACKETS.get(word, word)
        closes = word == "''" or (shown == '"' and opened)
        if text and not glued and not closes and not CLINGING.match(shown):
            text += " "
        spans.append((len(text), len(text) + len(shown)))
        text += shown
        if shown == '"':
            opened = not closes
        glued = shown in ("(", "[", "{", "$", "#", "£", "€") or (shown == '"' and opened)
    return text, spans


def tokenizer(file):
    made = Tokenizer.from_file(str(file))
    made.no_padding()
    made.no_truncation()
    return made


@dataclass
class Row:
    ids: list
    types: list
    start: int  # token index; 0 ([CLS]) where there is no answer
    end: int
    none: float


class Rows:
    """Makes the training rows of an epoch anew each time: other windows, other negatives."""

    def __init__(self, asked, tokenizer_file, seed):
        self.asked = asked
        self.random = random.Random(seed)
        made = tokenizer(tokenizer_file)
        texts = list({text: None for one in asked for text in (one.question, one.context)})
        codes = made.encode_batch(texts, add_special_tokens=False)
        self.tokens = {text: (code.ids, code.offsets) for text, code in zip(texts, codes)}
        self.sentences = list({one.context: None for one in asked if one.source == "qamr"})
        self.near = near(asked)

    def epoch(self, qamr_share):
        rows = []
        for i, one in enumerate(self.asked):
            sentence = one.source == "qamr"
            if sentence and self.random.random() > qamr_share:
                continue
            if sentence and self.random.random() < 0.5:
                rows.append(self.row(one.question, *self.among_others(one)))
            else:
                rows.append(self.row(one.question, *self.window(one)))
            if not one.answers:
                continue
            chance = self.random.random()
            if chance < (0.15 if sentence else 0.35):  # one that shares words but does not answer
                if self.near[i]:
                    other = self.near[i][min(int(self.random.expovariate(0.5)), len(self.near[i]) - 1)]
                    rows.append(self.row(one.question, [(other, 0, len(other))], None))
            elif chance < 0.43 and not sentence:  # the paragraph itself without the sentence that answers
                texts = {text.lower() for _, text in one.answers}
                rest = [s for s in cuts(one.context) if not any(t in one.context[s[0] : s[1]].lower() for t in texts)]
                if rest:
                    rows.append(self.row(one.question, [(one.context, a, b) for a, b in rest], None))
        return rows

    def window(self, one):
        """The paragraph, or some sentences of it around the answer: passages in use are often shorter."""
        answer = self.random.choice(one.answers) if one.answers else None
        whole = [(one.context, 0, len(one.context))]
        place = None if answer is None else (0, answer[0], answer[0] + len(answer[1]))
        if self.random.random() > 0.35:
            return whole, place
        bounds = cuts(one.context)
        at = self.random.randrange(len(bounds))
        if answer is not None:
            at = max(i for i, (a, _) in enumerate(bounds) if a <= answer[0])
        first = max(0, at - self.random.randint(0, 2))
        last = min(len(bounds) - 1, at + self.random.randint(0, 2))
        if place is not None and place[2] > bounds[last][1]:
            return whole, place
        return [(one.context, bounds[first][0], bounds[last][1])], place

    def among_others(self, one):
        """A sentence with one to three others around it."""
        start, text = one.answers[0]
        others = [s for s in self.random.sample(self.sentences, self.random.randint(1, 3)) if s != one.context]
        others = [s for s in others if text.lower() not in s.lower()]
        at = self.random.randint(0, len(others))
        parts = [(s, 0, len(s)) for s in others]
        parts.insert(at, (one.context, 0, len(one.context)))
        return parts, (at, start, start + len(text))

    def row(self, question, parts, answer):
        """`parts` are stretches (text, from, to) read one after the other; `answer` is (part, from, to)."""
        q_ids = self.tokens[question][0][:QUESTION_MAX]
        room = TOKENS_MAX - len(q_ids) - 3
        ids, first, last = [], None, None
        for number, (text, begin, end) in enumerate(parts):
            for id_, (a, b) in zip(*self.tokens[text]):
                if a < begin or b > end:
                    continue
                if answer is not None and number == answer[0] and a < answer[2] and b > answer[1]:
                    first = len(ids) if first is None else first
                    last = len(ids)
                ids.append(id_)
        shift = 0
        if len(ids) > room and last is not None and last >= room:
            shift = min(len(ids) - room, max(0, last - self.random.randint(room // 4, room - 1)))
        ids = ids[shift : shift + room]
        head = len(q_ids) + 2
        row_ids = [101, *q_ids, 102, *ids, 102]
        types = [0] * head + [1] * (len(ids) + 1)
        if first is None or first < shift or last >= shift + len(ids):
            return Row(row_ids, types, 0, 0, 1.0)
        return Row(row_ids, types, head + first - shift, head + last - shift, 0.0)


def near(asked, most=8):
    """For each question the paragraphs of its source that share its rarest words and hold none of its answers."""
    paragraphs = defaultdict(dict)
    for one in asked:
        paragraphs[one.source[:5]].setdefault(one.context, len(paragraphs[one.source[:5]]))
    postings, weight = {}, {}
    for source, contexts in paragraphs.items():
        index = defaultdict(list)
        for context, number in contexts.items():
            for word in set(words(context)):
                index[word].append(number)
        postings[source] = index
        weight[source] = {word: math.log(len(contexts) / len(found)) for word, found in index.items()}
    lists = {source: list(contexts) for source, contexts in paragraphs.items()}
    lower = {source: [text.lower() for text in texts] for source, texts in lists.items()}
    found = []
    for one in asked:
        source, scores = one.source[:5], Counter()
        for word in set(words(one.question)):
            rarity = weight[source].get(word, 0)
            if rarity > 2:
                for number in postings[source][word]:
                    scores[number] += rarity
        texts = {text.lower() for _, text in one.answers}
        best = []
        for number, _ in scores.most_common(3 * most):
            if lists[source][number] != one.context and not any(text in lower[source][number] for text in texts):
                best.append(lists[source][number])
                if len(best) == most:
                    break
        found.append(best)
    return found


def words(text):
    return re.findall(r"[a-z0-9]+", text.lower())


def cuts(text):
    """(begin, end) of each sentence; together they cover the text."""
    at = [0, *(m.end() for m in SENTENCE.finditer(text)), len(text)]
    return [(a, b) for a, b in zip(at, at[1:]) if b > a]
