"""Exact match, F1 and no-answer AUC of any callable (ids, mask, types) → (start, end, no_answer) in numpy."""

import numpy as np
from score import auc, exact, f1
from squad import QUESTION_MAX, TOKENS_MAX

ANSWER_TOKENS_MAX, STRIDE = 30, 128


def windows(asked, tokenizer):
    """(question number, ids, types, offsets): a long paragraph is read in windows that overlap by STRIDE tokens."""
    found = []
    for number, one in enumerate(asked):
        question = tokenizer.encode(one.question, add_special_tokens=False).ids[:QUESTION_MAX]
        pieces = tokenizer.encode(one.context, add_special_tokens=False)
        room, at = TOKENS_MAX - len(question) - 3, 0
        while True:
            ids = pieces.ids[at : at + room]
            found.append(
                (
                    number,
                    [101, *question, 102, *ids, 102],
                    [0] * (len(question) + 2) + [1] * (len(ids) + 1),
                    pieces.offsets[at : at + room],
                )
            )
            if at + room >= len(pieces.ids):
                break
            at += room - STRIDE
    return found


def padded(rows):
    length = max(len(ids) for ids, _ in rows)
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
        if len(reach) == 0:
            continue
        last = int(np.argmax(reach))
        score = float(s[first] + reach[last])
        if score > best[0]:
            best = (score, int(first), int(first) + last)
    return best


def evaluate(asked, tokenizer, run, batch=32):
    parts = sorted(windows(asked, tokenizer), key=lambda part: len(part[1]))
    best = [(-1e9, "") for _ in asked]
    none = [1e9] * len(asked)
    for at in range(0, len(parts), batch):
        group = parts[at : at + batch]
        start, end, no_answer = run(*padded([(ids, types) for _, ids, types, _ in group]))
        for i, (number, ids, types, offsets) in enumerate(group):
            head = types.index(1)
            score, first, last = best_span(start[i], end[i], head, len(offsets))
            if score > best[number][0]:
                context = asked[number].context
                best[number] = (score, context[offsets[first][0] : offsets[last][1]])
            none[number] = min(none[number], float(no_answer[i]))
    return figures(asked, best, none)


def figures(asked, best, none):
    answered = [(text, [t for _, t in one.answers]) for one, (_, text) in zip(asked, best) if one.answers]
    unanswerable = [not one.answers for one in asked]
    hard = [i for i, one in enumerate(asked) if one.title == "Normans"]
    return {
        "questions": len(answered),
        "exact": round(sum(max(exact(t, g) for g in gold) for t, gold in answered) / max(1, len(answered)), 4),
        "f1": round(sum(max(f1(t, g) for g in gold) for t, gold in answered) / max(1, len(answered)), 4),
        "noAnswerQuestions": len(hard),
        "unanswerable": sum(unanswerable[i] for i in hard),
        "noAnswerAuc": round(auc([none[i] for i in hard], [unanswerable[i] for i in hard]), 4),
    }
