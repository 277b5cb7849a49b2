"""SQuAD as rows of tokens: split by article, with harder and easier unanswerable rows made for training."""

import json
import math
import random
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

# Whole articles that no weight is fitted on; the card's figures are of these. Chosen before the first training.
VALIDATION = {
    "Montana", "Spectre_(2015_film)", "Solar_energy", "Dog", "Portugal", "Genome", "Prime_minister",
    "Architecture", "Canadian_Armed_Forces",
}
VALIDATION_UNANSWERABLE = {"Normans"}
TOKENS_MAX, QUESTION_MAX = 320, 48
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"'(])")


@dataclass
class Asked:
    id: str
    title: str
    question: str
    context: str
    answers: list  # (start, text) in the context; empty where there is none


def load(folder):
    """(training, validation) questions of both files, split by article."""
    training, validation = [], []
    for name, held_out in (
        ("squad-v1.1-du-split.json", VALIDATION),
        ("squad-v2.0-unanswerable-subset.json", VALIDATION_UNANSWERABLE),
    ):
        for article in json.loads((Path(folder) / name).read_text())["data"]:
            side = validation if article["title"] in held_out else training
            for paragraph in article["paragraphs"]:
                for qa in paragraph["qas"]:
                    answers = [(a["answer_start"], a["text"]) for a in qa["answers"]]
                    if qa.get("is_impossible"):
                        answers = []
                    side.append(Asked(qa["id"], article["title"], qa["question"].strip(), paragraph["context"], answers))
    return training, validation


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
        self.tokenizer = tokenizer(tokenizer_file)
        self.random = random.Random(seed)
        self.encoded = {}
        self.paragraphs = {}
        for one in asked:
            self.paragraphs.setdefault(one.title, {})[one.context] = None
        documents = [set(words(c)) for contexts in self.paragraphs.values() for c in contexts]
        counts = Counter(word for document in documents for word in document)
        self.idf = {word: math.log(len(documents) / n) for word, n in counts.items()}
        self.bags = {c: set(words(c)) for contexts in self.paragraphs.values() for c in contexts}

    def epoch(self):
        rows = []
        for one in self.asked:
            rows.append(self.row(one.question, *self.window(one)))
            if not one.answers:
                continue
            chance = self.random.random()
            if chance < 0.30:  # a neighbour that shares words but does not answer
                other = self.neighbour(one)
                if other is not None:
                    rows.append(self.row(one.question, other, None))
            elif chance < 0.38:  # the paragraph itself without the sentence that answers
                rest = self.without_answer(one)
                if rest is not None:
                    rows.append(self.row(one.question, rest, None))
        return rows

    def window(self, one):
        """The paragraph, or some sentences of it around the answer: passages in use are often shorter."""
        answer = self.random.choice(one.answers) if one.answers else None
        if self.random.random() > 0.35:
            return one.context, answer
        bounds = sentences(one.context)
        at = self.random.randrange(len(bounds))
        if answer is not None:
            holding = [i for i, (a, b) in enumerate(bounds) if a <= answer[0] < b]
            at = holding[0] if holding else at
        first = max(0, at - self.random.randint(0, 2))
        last = min(len(bounds) - 1, at + self.random.randint(0, 2))
        begin, end = bounds[first][0], bounds[last][1]
        if answer is None:
            return one.context[begin:end], None
        if answer[0] + len(answer[1]) > end:
            return one.context, answer
        return one.context[begin:end], (answer[0] - begin, answer[1])

    def neighbour(self, one):
        contexts = list(self.paragraphs[one.title])
        if len(contexts) < 2:
            return None
        wanted = set(words(one.question))
        texts = {text.lower() for _, text in one.answers}
        best, most = None, -1.0
        for other in self.random.sample(contexts, min(8, len(contexts))):
            if other == one.context or any(text in other.lower() for text in texts):
                continue
            shared = sum(self.idf[word] for word in wanted & self.bags[other])
            if shared > most:
                best, most = other, shared
        return best

    def without_answer(self, one):
        texts = {text.lower() for _, text in one.answers}
        kept = [one.context[a:b].strip() for a, b in sentences(one.context)]
        kept = [sentence for sentence in kept if not any(text in sentence.lower() for text in texts)]
        return " ".join(kept) if kept else None

    def row(self, question, context, answer):
        asked = self.pieces(question)
        found = self.pieces(context)
        q_ids = asked.ids[: QUESTION_MAX]
        room = TOKENS_MAX - len(q_ids) - 3
        first = last = None
        if answer is not None:
            begin, end = answer[0], answer[0] + len(answer[1])
            inside = [i for i, (a, b) in enumerate(found.offsets) if a < end and b > begin]
            if inside:
                first, last = inside[0], inside[-1]
        shift = 0
        if len(found.ids) > room and first is not None and last >= room:
            shift = min(len(found.ids) - room, max(0, last - room // 2))
        ids = found.ids[shift : shift + room]
        head = len(q_ids) + 2
        row_ids = [101, *q_ids, 102, *ids, 102]
        types = [0] * head + [1] * (len(ids) + 1)
        if first is None or first < shift or last >= shift + len(ids):
            return Row(row_ids, types, 0, 0, 1.0)
        return Row(row_ids, types, head + first - shift, head + last - shift, 0.0)

    def pieces(self, text):
        known = self.encoded.get(text)
        if known is None:
            known = self.tokenizer.encode(text, add_special_tokens=False)
            if len(self.encoded) < 40000:
                self.encoded[text] = known
        return known


def words(text):
    return re.findall(r"[a-z0-9]+", text.lower())


def sentences(text):
    """(begin, end) of each sentence; together they cover the text."""
    cuts = [0, *(m.end() for m in SENTENCE.finditer(text)), len(text)]
    return [(a, b) for a, b in zip(cuts, cuts[1:]) if b > a]
