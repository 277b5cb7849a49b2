"""
Writes the trained reader's package: model.onnx (int8, graph.py), tokenizer.json and model.json with what users get.

    pip install torch numpy tokenizers onnx onnxruntime
    python export.py --data ../../../../shared/data --tokenizer TOKENIZER.json --reader RUN/reader.pt --out ..

RUN/model.onnx instead of reader.pt is taken as it is, and measured.
"""

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import onnx
import torch
from data import HELD_OUT, load, tokenizer
from evaluate import evaluate
from graph import INPUTS, OUTPUTS, Int8, model_of
from measure import run_of

SOURCE = (
    "e5-small-v2 (MIT; 12 layers, itself from MiniLM-L12-H384), trained by train/train.py on SQuAD 1.1 (Du split), a subset of "
    "SQuAD 2.0, squadshifts (reddit, amazon) and QAMR, and by train/adapt.py on small files, Natural Questions, WikiTableQuestions "
    "and TAT-QA"
)


def main():
    options = argparse.ArgumentParser()
    for name in ("data", "tokenizer", "reader", "out"):
        options.add_argument(f"--{name}", required=True)
    options.add_argument("--threads", type=int, default=2)
    given = options.parse_args()
    out, model = Path(given.out), Path(given.out) / "model.onnx"
    if given.reader.endswith(".onnx"):
        shutil.copy(given.reader, model)
    else:
        state = torch.load(given.reader, weights_only=True, map_location="cpu")
        onnx.save(model_of({name: value.float().numpy() for name, value in state.items()}, Int8()), model)
    if Path(given.tokenizer).resolve() != (out / "tokenizer.json").resolve():
        shutil.copy(given.tokenizer, out / "tokenizer.json")
    _, held_out = load(given.data)
    found = evaluate(held_out, tokenizer(out / "tokenizer.json"), run_of(model, given.threads))
    print(found)
    digest = lambda name: hashlib.sha256((out / name).read_bytes()).hexdigest()
    ids = {"type": "int64", "shape": ["rows", "tokens"]}
    logits = {"type": "float32", "shape": ["rows", "tokens"]}
    card = {
        "name": "e5-squad-reader",
        "version": "2.1.0",
        "task": "question-answering",
        "licence": "CC-BY-SA-4.0",
        "source": SOURCE,
        "sha256": {name: digest(name) for name in ("model.onnx", "tokenizer.json")},
        "inputs": {name: ids for name in INPUTS},
        "outputs": dict(zip(OUTPUTS, (logits, logits, {"type": "float32", "shape": ["rows"]}))),
        "quantization": "int8 weights per channel, activations by a scale per token",
        "pooling": "none",
        "normalize": False,
        "maxTokens": 320,
        "heldOut": sorted(HELD_OUT),
        "quality": {
            "on": "given the paragraph; squad and squad2: the articles in heldOut; the others: a tenth or twentieth of their texts",
            **{f"{source} {name}": value for source, own in found.items() for name, value in own.items()},
        },
    }
    (out / "model.json").write_text(json.dumps(card, indent=2) + "\n")


if __name__ == "__main__":
    main()
