"""
Trains a reader on one GPU (or slowly without), minutes a run.

    python train.py --data ../../../../shared/data --tokenizer ../tokenizer.json --encoder ENCODER.pt --out RUN
    python train.py … --teachers RUN1/reader.pt RUN2/reader.pt --out STUDENT

ENCODER.pt is what encoder.py makes. With teachers, the reader learns from their mean as well as from the marked answers.
RUN gets reader.pt (fp16) and figures.json.
"""

import argparse
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
from bert import reader_of
from data import Rows, load, tokenizer
from evaluate import evaluate, padded
from torch.nn import functional as F

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
# cuDNN's attention gave NaN for some lengths of masked rows (torch 2.11).
torch.backends.cuda.enable_cudnn_sdp(False)
# QAMR has many questions on few sentences, with longer answers than people ask for: less of it towards the end.
QAMR_SHARES = (1.0, 0.5, 0.25, 0.1)


def batches_of(rows, size, chance):
    """Rows of like length share a batch: half of the padding would be waste otherwise."""
    rows = sorted(rows, key=lambda row: len(row.ids) + chance.random() * 16)
    batches = [rows[i : i + size] for i in range(0, len(rows), size)]
    chance.shuffle(batches)
    return batches


def tensors_of(batch):
    ids, mask, types = (torch.from_numpy(x) for x in padded([(row.ids, row.types) for row in batch], 8))
    places = torch.tensor([(row.start, row.end) for row in batch])
    nones = torch.tensor([row.none for row in batch])
    return [x.to(DEVICE, non_blocking=True) for x in (ids, mask, types, places, nones)]


def outputs_of(model, ids, mask, types):
    """Log-probabilities of starts and ends over the passage (and [CLS], for none), and the no-answer logit."""
    with torch.autocast(DEVICE, torch.bfloat16):
        start, end, none = model(ids, mask, types)
    allowed = (types == 1) & (mask == 1)
    allowed[:, 0] = True
    start, end = (F.log_softmax(x.float().masked_fill(~allowed, -1e4), dim=-1) for x in (start, end))
    return start, end, none.float()


def loss_of(model, teachers, batch):
    ids, mask, types, places, nones = batch
    start, end, none = outputs_of(model, ids, mask, types)
    loss = F.nll_loss(start, places[:, 0]) / 2 + F.nll_loss(end, places[:, 1]) / 2
    loss = loss + 0.5 * F.binary_cross_entropy_with_logits(none, nones)
    if not teachers:
        return loss
    with torch.no_grad():
        taught = [outputs_of(teacher, ids, mask, types) for teacher in teachers]
        starts, ends, absent = (sum(f(one[i]) for one in taught) / len(taught) for i, f in enumerate((torch.exp, torch.exp, torch.sigmoid)))
    soft = -((starts * start).sum(-1).mean() + (ends * end).sum(-1).mean()) / 2
    soft = soft + 0.5 * F.binary_cross_entropy_with_logits(none, absent)
    return 0.3 * loss + 0.7 * soft


def run_of(model):
    def run(ids, mask, types):
        with torch.no_grad(), torch.autocast(DEVICE, torch.bfloat16):
            found = model(*(torch.from_numpy(x).to(DEVICE) for x in (ids, mask, types)))
        return [x.float().cpu().numpy() for x in found]

    return run


def loaded(file):
    state = torch.load(file, weights_only=True, map_location="cpu")
    return reader_of({name: value.float() for name, value in state.items()}).to(DEVICE)


def main():
    options = argparse.ArgumentParser()
    for name in ("data", "tokenizer", "encoder", "out"):
        options.add_argument(f"--{name}", required=True)
    options.add_argument("--teachers", nargs="*", default=[])
    options.add_argument("--epochs", type=int, default=4)
    options.add_argument("--batch", type=int, default=32)
    options.add_argument("--rate", type=float, default=1e-4)
    options.add_argument("--seed", type=int, default=11)
    options.add_argument("--most", type=int, help="train and measure on so many questions only, to try the script")
    given = options.parse_args()
    out = Path(given.out)
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(given.seed)
    chance = random.Random(given.seed)
    training, held_out = load(given.data)
    if given.most:
        training, held_out = (chance.sample(list(x), given.most) for x in (training, held_out))
    made = Rows(training, given.tokenizer, given.seed)
    model = loaded(given.encoder)
    teachers = [loaded(file).eval() for file in given.teachers]
    plan = []
    for epoch in range(given.epochs):
        at = min(len(QAMR_SHARES) - 1, epoch * len(QAMR_SHARES) // given.epochs)
        plan += batches_of(made.epoch(QAMR_SHARES[at]), given.batch, chance)
    total, warm = len(plan), max(1, len(plan) // 15)
    products, others = [], []
    for name, parameter in model.named_parameters():
        if not name.startswith("outputs."):
            (products if parameter.ndim == 2 and name.startswith("layers.") else others).append(parameter)
    # Without decay, the embedding of a word that no question holds stays as it is.
    optimizer = torch.optim.AdamW(
        [
            {"params": products, "lr": given.rate, "weight_decay": 0.01},
            {"params": others, "lr": given.rate, "weight_decay": 0.0},
            {"params": list(model.outputs.parameters()), "lr": given.rate * 4, "weight_decay": 0.01},
        ],
        fused=DEVICE == "cuda",
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.0, (total - step) / (total - warm)))
    )
    losses, began = torch.zeros((), device=DEVICE), time.monotonic()
    model.train()
    for step, rows in enumerate(plan, 1):
        loss = loss_of(model, teachers, tensors_of(rows))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses += loss.detach()
        if step % 500 == 0 or step == total:
            print(f"{out.name} {step}/{total} loss {losses.item() / (step % 500 or 500):.3f} {time.monotonic() - began:.0f} s", flush=True)
            losses.zero_()
    model.eval()
    torch.save({name: value.half().cpu() for name, value in model.state_dict().items()}, out / "reader.pt")
    found = evaluate(held_out, tokenizer(given.tokenizer), run_of(model))
    line = {"steps": total, "rate": given.rate, "seed": given.seed, "teachers": len(teachers), **found}
    (out / "figures.json").write_text(json.dumps(line) + "\n")
    print(out.name, json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
