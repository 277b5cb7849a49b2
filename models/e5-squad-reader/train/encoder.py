"""
The weights of a BERT encoder out of its fp32 ONNX file, by the names of bert.py.

    python encoder.py FILE.onnx ENCODER.pt

ONNX export keeps the names of biases and norms, and makes up names for the weights of a product: those are found through
the bias that is added to it.
"""

import sys

import numpy as np
import onnx
from onnx import numpy_helper
from shape import INSIDE

OUTSIDE = {
    "words.weight": "embeddings.word_embeddings.weight",
    "places.weight": "embeddings.position_embeddings.weight",
    "parts.weight": "embeddings.token_type_embeddings.weight",
    "after_words.weight": "embeddings.LayerNorm.weight",
    "after_words.bias": "embeddings.LayerNorm.bias",
}


def weights_of(file):
    graph = onnx.load(file).graph
    found = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    products = {node.output[0]: node for node in graph.node if node.op_type == "MatMul"}
    factor = {}
    for node in graph.node:
        if node.op_type != "Add":
            continue
        for bias, product in (node.input, reversed(node.input)):
            if bias in found and product in products:
                factor[bias] = next(name for name in products[product].input if name in found)
    prefix = next(name for name in found if name.endswith(OUTSIDE["words.weight"])).removesuffix(OUTSIDE["words.weight"])
    state = {ours: found[prefix + theirs] for ours, theirs in OUTSIDE.items()}
    layers = 1 + max(int(name.split("layer.")[1].split(".")[0]) for name in found if "layer." in name)
    for i in range(layers):
        for ours, theirs in INSIDE.items():
            bias = f"{prefix}encoder.layer.{i}.{theirs}.bias"
            state[f"layers.{i}.{ours}.bias"] = found[bias]
            norm = bias.removesuffix("bias") + "weight"
            state[f"layers.{i}.{ours}.weight"] = found[norm] if "LayerNorm" in theirs else found[factor[bias]].T
    return state


if __name__ == "__main__":
    import torch  # the embedder's quantize.py takes the weights without it

    torch.save({name: torch.from_numpy(np.array(value)) for name, value in weights_of(sys.argv[1]).items()}, sys.argv[2])
