"""
Exports the trained reader: fp32 ONNX, then int8 (dynamic, weights per channel), and measures what users get.

    pip install torch numpy tokenizers safetensors onnx onnxruntime
    python export.py --data ../../../../shared/data/squad --minilm FOLDER --run RUN --out ..

Writes model.onnx, tokenizer.json and model.json into --out, and prints both models' figures.
"""

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import onnxruntime
import torch
from bert import Reader
from evaluate import evaluate
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from squad import VALIDATION, VALIDATION_UNANSWERABLE, load, tokenizer

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("start_logits", "end_logits", "no_answer_logits")


def export(model, file):
    example = tuple(torch.ones(2, 16, dtype=torch.int64) for _ in INPUTS)
    axes = {name: {0: "rows", 1: "tokens"} for name in (*INPUTS, "start_logits", "end_logits")}
    axes["no_answer_logits"] = {0: "rows"}
    torch.onnx.export(
        model, example, str(file), input_names=INPUTS, output_names=OUTPUTS, dynamic_axes=axes,
        opset_version=17, do_constant_folding=True, dynamo=False,
    )


def run_of(file):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(str(file), options)
    return lambda ids, mask, types: session.run(OUTPUTS, dict(zip(INPUTS, (ids, mask, types))))


def main():
    options = argparse.ArgumentParser()
    for name in ("data", "minilm", "run", "out"):
        options.add_argument(f"--{name}", required=True)
    given = options.parse_args()
    out, run = Path(given.out), Path(given.run)
    saved = torch.load(run / "checkpoint.pt", weights_only=True, map_location="cpu")
    model = Reader(dropout=0.0)
    model.load_state_dict(saved["model"])
    model.eval()
    full, prepared, small = run / "full.onnx", run / "prepared.onnx", out / "model.onnx"
    export(model, full)
    quant_pre_process(str(full), str(prepared), skip_symbolic_shape=True)
    quantize_dynamic(str(prepared), str(small), weight_type=QuantType.QInt8, per_channel=True)
    shutil.copy(Path(given.minilm) / "tokenizer.json", out / "tokenizer.json")
    _, validation = load(given.data)
    reader = tokenizer(out / "tokenizer.json")
    figures = {"fp32": evaluate(validation, reader, run_of(full)), "int8": evaluate(validation, reader, run_of(small))}
    for name, found in figures.items():
        print(name, found)
    digest = lambda name: hashlib.sha256((out / name).read_bytes()).hexdigest()
    ids = {"type": "int64", "shape": ["rows", "tokens"]}
    logits = {"type": "float32", "shape": ["rows", "tokens"]}
    card = {
        "name": "minilm-squad-reader",
        "version": "1.0.0",
        "task": "question-answering",
        "licence": "CC-BY-SA-4.0",
        "source": "all-MiniLM-L6-v2 (Apache-2.0), trained by train/train.py on SQuAD 1.1 (Du split) and a subset of SQuAD 2.0",
        "sha256": {name: digest(name) for name in ("model.onnx", "tokenizer.json")},
        "inputs": {name: ids for name in INPUTS},
        "outputs": {
            "start_logits": logits,
            "end_logits": logits,
            "no_answer_logits": {"type": "float32", "shape": ["rows"]},
        },
        "quantization": "dynamic int8 weights, per channel",
        "pooling": "none",
        "normalize": False,
        "maxTokens": 320,
        "heldOut": sorted(VALIDATION | VALIDATION_UNANSWERABLE),
        "quality": {"on": "the articles in heldOut, given the paragraph", "steps": saved["step"], **figures["int8"],
            **{f"{name} of fp32": figures["fp32"][name] for name in ("exact", "f1", "noAnswerAuc")},
        },
    }
    (out / "model.json").write_text(json.dumps(card, indent=2) + "\n")
    print(f"{small.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
