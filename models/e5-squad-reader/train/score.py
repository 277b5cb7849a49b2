"""The official SQuAD measures (Rajpurkar et al. 2016, 2018), and the area under the no-answer curve."""

import re
import string
from collections import Counter

ARTICLES = re.compile(r"\b(a|an|the)\b")
PUNCTUATION = str.maketrans("", "", string.punctuation)


def normal(text):
    return " ".join(ARTICLES.sub(" ", text.lower().translate(PUNCTUATION)).split())


def exact(given, gold):
    return float(normal(given) == normal(gold))


def f1(given, gold):
    a, b = normal(given).split(), normal(gold).split()
    if not a or not b:
        return float(a == b)
    shared = sum((Counter(a) & Counter(b)).values())
    return 0.0 if shared == 0 else 2 * shared / (len(a) + len(b))


def auc(scores, positives):
    """Chance that a positive scores above a negative; ties count a half."""
    order = sorted(range(len(scores)), key=lambda i: scores[i])
    ranks, at = [0.0] * len(scores), 0
    while at < len(order):
        end = at
        while end + 1 < len(order) and scores[order[end + 1]] == scores[order[at]]:
            end += 1
        for i in range(at, end + 1):
            ranks[order[i]] = (at + end) / 2 + 1
        at = end + 1
    yes = sum(positives)
    no = len(positives) - yes
    if not yes or not no:
        return float("nan")
    total = sum(rank for rank, positive in zip(ranks, positives) if positive)
    return (total - yes * (yes + 1) / 2) / (yes * no)
