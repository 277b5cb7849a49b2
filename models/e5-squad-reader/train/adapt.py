"""
Goes on training a reader on what ganglion itself gives it to read (rows of scripts/reader-rows.ts), on two cores in minutes to an hour.

    python weights.py ../model.onnx START.pt
    python adapt.py --data ../../../../shared/data --tokenizer ../tokenizer.json --reader START.pt --out RUN --rows FILE.jsonl …

Half of the time goes into pages of memory unless malloc keeps them:

    MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=20000000000 MALLOC_TOP_PAD_=536870912 GLIBC_TUNABLES=glibc.malloc.hugetlb=1 python adapt.py …

A row is one passage of a question: { source, group, id?, question, context, answers: [[start, text]] }; without answers it is a negative.
RUN gets reader.pt, after every hundredth step too: a kill loses little. Questions whose group is held out are measured and not learned.
"""

import argparse
import hashlib
import json
import os
import random
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from bert import reader_of
from data import QUESTION_MAX, TOKENS_MAX, Row, Rows, load, tokenizer
from evaluate import best_span, padded
from score import auc, exact, f1
from train import batches_of, loss_of, tensors_of

# QAMR has many questions on few sentences: less of it among what is learned again.
QAMR_SHARE = 0.15
NEGATIVES_TOLD = 400


def held_out(row):
    """A quarter of the folders of small files, as bench/eval/small-files.ts has it; of other sources a twentieth."""
    return hashlib.md5(row["group"].encode()).digest()[0] < (64 if row["source"] == "files" else 12)


class Reading:
    """Rows of text as rows of tokens."""

    def __init__(self, rows, tokenizer_file, chance):
        made = tokenizer(tokenizer_file)
        texts = list({text: None for row in rows for text in (row["question"], row["context"])})
        self.codes = dict(zip(texts, made.encode_batch(texts, add_special_tokens=False)))
        self.chance = chance

    def row(self, row, shifted=True):
        question, code = self.codes[row["question"]].ids[:QUESTION_MAX], self.codes[row["context"]]
        room, head = TOKENS_MAX - len(question) - 3, len(question) + 2
        first = last = None
        if row["answers"]:
            at, text = self.chance.choice(row["answers"])
            own = [i for i, (a, b) in enumerate(code.offsets) if a < at + len(text) and b > at]
            first, last = (own[0], own[-1]) if own else (None, None)
        shift = 0
        if shifted and last is not None and last >= room:
            shift = min(len(code.ids) - room, max(0, last - self.chance.randint(room // 4, room - 1)))
        ids = code.ids[shift : shift + room]
        given = [101, *question, 102, *ids, 102], [0] * head + [1] * (len(ids) + 1)
        if first is None or first < shift or last >= shift + len(ids):
            return Row(*given, 0, 0, 1.0)
        return Row(*given, head + first - shift, head + last - shift, 0.0)


def epoch(questions, reading, chance):
    """Of each question one passage that answers, and mostly one that does not; two where none answers."""
    rows = []
    for own in questions:
        answering, others = ([row for row in own if bool(row["answers"]) is wanted] for wanted in (True, False))
        if answering:
            rows.append(reading.row(chance.choice(answering)))
        if others and (not answering or chance.random() < 0.7):
            rows += [reading.row(row) for row in chance.sample(others, min(len(others), 1 if answering else 2))]
    return rows


def measured(model, rows, reading):
    """By source: rows that answer, exact match, F1, and how often the span touches the answer; AUC of "no answer" over all."""
    chance, by, none = random.Random(1), defaultdict(lambda: np.zeros(4)), ([], [])
    answering, others = ([row for row in rows if bool(row["answers"]) is wanted] for wanted in (True, False))
    chosen = answering + chance.sample(others, min(NEGATIVES_TOLD, len(others)))
    chosen.sort(key=lambda row: len(reading.codes[row["context"]].ids))
    model.eval()
    for at in range(0, len(chosen), 16):
        part = chosen[at : at + 16]
        made = [reading.row(row, shifted=False) for row in part]
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            given = (torch.from_numpy(x) for x in padded([(one.ids, one.types) for one in made]))
            starts, ends, nones = (x.float().numpy() for x in model(*given))
        for i, (row, one) in enumerate(zip(part, made)):
            none[not row["answers"]].append(nones[i])
            if not row["answers"]:
                continue
            head = one.types.index(1)
            _, first, last = best_span(starts[i], ends[i], head, len(one.ids) - head - 1)
            offsets = reading.codes[row["context"]].offsets
            begin, end = offsets[first][0], offsets[last][1]
            text, gold = row["context"][begin:end], [text for _, text in row["answers"]]
            touches = any(begin < at_ + len(text_) and end > at_ for at_, text_ in row["answers"])
            by[row["source"]] += [1, max(exact(text, g) for g in gold), max(f1(text, g) for g in gold), touches]
    model.train()
    shares = {name: {"rows": int(n), "exact": e / n, "f1": f / n, "touches": t / n} for name, (n, e, f, t) in by.items()}
    found = {name: {key: round(value, 4) for key, value in own.items()} for name, own in shares.items()}
    return {**found, "noAnswerAuc": round(auc(none[0] + none[1], [False] * len(none[0]) + [True] * len(none[1])), 4)}


def optimizer_of(model, rate):
    # The embeddings of words stay: most of them are in no question, and they are a third of the weights.
    model.words.weight.requires_grad = model.places.weight.requires_grad = False
    learned = [(name, one) for name, one in model.named_parameters() if one.requires_grad and not name.startswith("outputs.")]
    products = [one for name, one in learned if one.ndim == 2 and name.startswith("layers.")]
    others = [one for name, one in learned if not (one.ndim == 2 and name.startswith("layers."))]
    outputs = list(model.outputs.parameters())
    groups = [(products, rate, 0.01), (others, rate, 0.0), (outputs, rate * 2, 0.01)]
    made = torch.optim.AdamW([{"params": own, "lr": lr, "weight_decay": decay} for own, lr, decay in groups], fused=True)
    return made, products + others + outputs


def main():
    options = argparse.ArgumentParser()
    for name in ("data", "tokenizer", "reader", "out"):
        options.add_argument(f"--{name}", required=True)
    options.add_argument("--rows", nargs="+", required=True)
    options.add_argument("--epochs", type=int, default=2)
    options.add_argument("--batch", type=int, default=24)
    options.add_argument("--rate", type=float, default=5e-5)
    options.add_argument("--again", type=int, default=2500, help="rows an epoch of what the reader was trained on before")
    options.add_argument("--seed", type=int, default=5)
    given = options.parse_args()
    out = Path(given.out)
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(given.seed)
    torch.set_num_threads(os.cpu_count() or 1)
    chance = random.Random(given.seed)
    rows = [json.loads(line) for file in given.rows for line in Path(file).read_text().splitlines()]
    reading = Reading(rows, given.tokenizer, chance)
    questions = defaultdict(list)
    for row in rows:
        if not held_out(row):
            questions[row["source"], row["group"], row.get("id", row["question"])].append(row)
    kept = [row for row in rows if held_out(row)]
    before, _ = load(given.data)
    again = Rows([one for one in before if one.source != "qamr" or chance.random() < QAMR_SHARE], given.tokenizer, given.seed)
    model = reader_of(torch.load(given.reader, weights_only=True))
    # Attention that drops nothing is fused: long rows take two thirds of the time.
    for layer in model.layers:
        layer.attention_dropout = 0.0
    print(json.dumps(measured(model, kept, reading)), flush=True)
    plan = []
    for _ in range(given.epochs):
        own = epoch(questions.values(), reading, chance) + chance.sample(again.epoch(1.0), given.again)
        plan += batches_of(own, given.batch, chance)
    optimizer, learned = optimizer_of(model, given.rate)
    total, warm, began = len(plan), max(1, len(plan) // 15), time.monotonic()
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.0, (total - step) / (total - warm)))
    )
    for step, own in enumerate(plan, 1):
        loss = loss_of(model, [], tensors_of(own))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        schedule.step()
        if step % 100 == 0 or step == total:
            print(f"{step}/{total} loss {loss.item():.3f} {time.monotonic() - began:.0f} s", flush=True)
            torch.save(model.state_dict(), out / "reader.pt")
    found = measured(model, kept, reading)
    (out / "figures.json").write_text(json.dumps(found) + "\n")
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
