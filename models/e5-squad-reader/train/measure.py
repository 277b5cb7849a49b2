"""
What precisions of the reader cost and give: quality on the held-out questions of SQuAD, milliseconds a row of 320 tokens on
one thread, and whether a row's result depends on its batch.

    python measure.py --data ../../../../shared/data --tokenizer ../tokenizer.json --reader RUN/reader.pt --out FOLDER [--threads 2]
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from data import load, tokenizer
from evaluate import evaluate, padded, windows
from graph import INPUTS, OUTPUTS, Full, Int8, model_of
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer


def session_of(file, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def run_of(file, threads):
    session = session_of(file, threads)
    return lambda ids, mask, types: session.run(OUTPUTS, dict(zip(INPUTS, (ids, mask, types))))


class Calibration(CalibrationDataReader):
    def __init__(self, parts):
        self.batches = iter([dict(zip(INPUTS, padded([(ids, types)]))) for _, ids, types, _ in parts])

    def get_next(self):
        return next(self.batches, None)


def forms(state, out, training, tokens):
    """Writes the reader in each precision; returns (name, file)."""
    full = out / "fp32.onnx"
    onnx.save(model_of(state, Full()), full)
    yield "fp32", full
    onnx.save(model_of(state, Int8()), out / "int8-token.onnx")
    yield "int8, a scale a token", out / "int8-token.onnx"
    quantize_dynamic(str(full), str(out / "int8-dynamic.onnx"), weight_type=QuantType.QInt8, per_channel=True, extra_options={"DefaultTensorType": 1})
    yield "int8, dynamic", out / "int8-dynamic.onnx"
    parts = windows(training[:: len(training) // 100], tokens)
    try:
        quantize_static(
            str(full), str(out / "int8-static.onnx"), Calibration(parts), quant_format=QuantFormat.QDQ, per_channel=True,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul"], extra_options={"DefaultTensorType": 1},
        )
        yield "int8, static", out / "int8-static.onnx"
    except Exception as error:
        print("static:", repr(error)[:300], flush=True)
    for level in (4,):
        try:
            config = DefaultWeightOnlyQuantConfig(block_size=32, is_symmetric=True, accuracy_level=level, bits=8)
            made = MatMulNBitsQuantizer(onnx.load(full), algo_config=config, bits=8, block_size=32, is_symmetric=True, accuracy_level=level)
            made.process()
            made.model.save_model_to_file(str(out / f"weights8-{level}.onnx"))
            yield f"int8 weights, accuracy level {level}", out / f"weights8-{level}.onnx"
        except Exception as error:
            print("weights:", repr(error)[:300], flush=True)


def milliseconds(file):
    session = session_of(file, 1)
    random = np.random.default_rng(1)
    given = {name: np.ones((1, 320), np.int64) for name in INPUTS}
    given["input_ids"] = random.integers(1000, 20000, (1, 320))
    given["token_type_ids"][:, :20] = 0
    times = []
    for _ in range(25):
        began = time.perf_counter()
        session.run(OUTPUTS, given)
        times.append((time.perf_counter() - began) * 1e3)
    return round(float(np.median(times[5:])), 2)


def moved(file, parts, threads=1):
    """The most that an output of a row moves when it shares a batch: of rows of its length, and of longer ones."""
    run = run_of(file, threads)
    random = np.random.default_rng(2)
    same = other = 0.0
    for _ in range(24):
        chosen = [parts[i] for i in random.choice(len(parts), int(random.integers(2, 9)), replace=False)]
        rows = [(ids, types) for _, ids, types, _ in chosen]
        together = run(*padded(rows))
        short = min(len(ids) for ids, _ in rows)
        even = [(ids[:short], types[:short]) for ids, types in rows]
        evenly = run(*padded(even))
        for i, (ids, types) in enumerate(rows):
            alone = run(*padded([(ids, types)]))
            for a, b in zip(alone, together):
                other = max(other, float(np.abs(a[0] - (b[i] if b.ndim == 1 else b[i, : len(ids)])).max()))
            for a, b in zip(run(*padded([even[i]])), evenly):
                same = max(same, float(np.abs(a[0] - b[i]).max()))
    return same, other


def main():
    options = argparse.ArgumentParser()
    for name in ("data", "tokenizer", "reader", "out"):
        options.add_argument(f"--{name}", required=True)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--most", type=int)
    given = options.parse_args()
    out = Path(given.out)
    out.mkdir(parents=True, exist_ok=True)
    state = {k: v.float().numpy() for k, v in torch.load(given.reader, weights_only=True, map_location="cpu").items()}
    training, held_out = load(given.data)
    held_out = [one for one in held_out if one.source.startswith("squad")][: given.most]
    tokens = tokenizer(given.tokenizer)
    parts = windows(held_out[::10], tokens)
    for name, file in forms(state, out, training, tokens):
        same, other = moved(file, parts)
        line = {"form": name, "MB": round(file.stat().st_size / 1e6, 1), "ms": milliseconds(file), "moved": same, "movedByPadding": other}
        print(json.dumps(line | evaluate(held_out, tokens, run_of(file, given.threads))), flush=True)


if __name__ == "__main__":
    main()
