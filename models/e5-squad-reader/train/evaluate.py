"""Exact match, F1 and no-answer AUC of any callable (ids, mask, types) → (start, end, no_answer) in numpy."""

import numpy as np
from data import QUESTION_MAX, TOKENS_MAX, Asked, near
from score import auc, exact, f1

ANSWER_TOKENS_MAX, STRIDE = 30, 128


def windows(asked, tokenizer):
    """(question number, ids, types, offsets): a long paragraph is read in windows that overlap by STRIDE tokens."""
    found = []
    questions = tokenizer.encode_batch([one.question for one in asked], add_special_tokens=False)
    contexts = tokenizer.encode_batch([one.context for one in asked], add_special_tokens=False)
    for number, (question, pieces) in enumerate(zip(questions, contexts)):
        question = question.ids[:QUESTION_MAX]
        room, at = TOKENS_MAX - len(question) - 3, 0
        while True:
            ids = pieces.ids[at : at + room]
            types = [0] * (len(question) + 2) + [1] * (len(ids) + 1)
            found.append((number, [101, *question, 102, *ids, 102], types, pieces.offsets[at : at + room]))
            if at + room >= len(pieces.ids):
                break
            at += room - STRIDE
    return found


def padded(rows, multiple=1):
    length = -(-max(len(ids) for ids, _ in rows) // multiple) * multiple
    ids, mask, types = (np.zeros((len(rows), length), dtype=np.int64) for _ in range(3))
    for i, (row, kinds) in enumerate(rows):
        ids[i, : len(row)], mask[i, : len(row)], types[i, : len(kinds)] = row, 1, kinds
    return ids, mask, types


def best_span(start, end, head, count):
    """(score, first, last) over context tokens: the best start ≤ end within ANSWER_TOKENS_MAX."""
    s, e = start[head : head + count], end[head : head + count]
    best = (-1e9, 0, 0)
    for first in np.argsort(-s)[:20]:
        reach = e[first : first + ANSWER_TOKENS_MAX]
        last = int(np.argmax(reach))
        score = float(s[first] + reach[last])
        if score > best[0]:
            best = (score, int(first), int(first) + last)
    return best


def read(asked, tokenizer, run, batch=32):
    """What the reader answers to each question, and its no-answer logit."""
    parts = sorted(windows(asked, tokenizer), key=lambda part: len(part[1]))
    best = [(-1e9, "") for _ in asked]
    none = [1e9] * len(asked)
    for at in range(0, len(parts), batch):
        group = parts[at : at + batch]
        start, end, no_answer = run(*padded([(ids, types) for _, ids, types, _ in group]))
        for i, (number, ids, types, offsets) in enumerate(group):
            if not offsets:
                continue
            score, first, last = best_span(start[i], end[i], types.index(1), len(offsets))
            if score > best[number][0]:
                best[number] = (score, asked[number].context[offsets[first][0] : offsets[last][1]])
            none[number] = min(none[number], float(no_answer[i]))
    return [text for _, text in best], none


def evaluate(asked, tokenizer, run):
    """
    The official measures by source. no-answer AUC twice: on the SQuAD 2.0 article, and on the others' questions against the
    paragraph that is nearest by words without answering ("other").
    """
    texts, none = read(asked, tokenizer, run)
    found = {}
    for source in ("squad", "amazon", "reddit", "qamr"):
        own = [i for i, one in enumerate(asked) if one.source == source]
        gold = [[text for _, text in asked[i].answers] for i in own]
        n = max(1, len(own))
        found[source] = {
            "questions": len(own),
            "exact": round(sum(max(exact(texts[i], g) for g in golds) for i, golds in zip(own, gold)) / n, 4),
            "f1": round(sum(max(f1(texts[i], g) for g in golds) for i, golds in zip(own, gold)) / n, 4),
        }
    squad2 = [i for i, one in enumerate(asked) if one.source == "squad2"]
    absent = [not asked[i].answers for i in squad2]
    found["squad2"] = {
        "questions": len(squad2),
        "unanswerable": sum(absent),
        "noAnswerAuc": round(auc([none[i] for i in squad2], absent), 4),
    }
    squad = [i for i, one in enumerate(asked) if one.source == "squad"]
    nearest = near([asked[i] for i in squad])
    others = [Asked("squad", "", asked[i].question, paragraphs[0], []) for i, paragraphs in zip(squad, nearest) if paragraphs]
    _, away = read(others, tokenizer, run)
    scores = [none[i] for i in squad] + away
    found["squad"]["otherAuc"] = round(auc(scores, [False] * len(squad) + [True] * len(away)), 4)
    return found
