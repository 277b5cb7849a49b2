"""
The weights of the reader out of its model.onnx (int8), by the names of bert.py, to go on training it.

    python weights.py ../model.onnx READER.pt
"""

import sys

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from shape import HIDDEN

PRODUCTS = ("query", "key", "value", "joined", "widen", "narrow")


def weights_of(file):
    found = {one.name: numpy_helper.to_array(one) for one in onnx.load(file).graph.initializer}
    state = {name: found[name] for name in ("places.weight", "parts.weight", "after_words.weight", "after_words.bias")}
    state["words.weight"] = found["words"].astype(np.float32) * found["words.scale"]
    state["outputs.weight"], state["outputs.bias"] = found["outputs"].T, found["outputs.bias"]
    layers = 1 + max(int(name.split(".")[1]) for name in found if name.startswith("layers."))
    for own in (f"layers.{i}." for i in range(layers)):
        for number, name in enumerate(PRODUCTS):
            weight = found[f"{own}{name}.weight"].astype(np.float32) * found[f"{own}{name}.weight.scale"][None, :]
            state[f"{own}{name}.weight"] = weight.T
            together = found[f"{own}bias"][number * HIDDEN : (number + 1) * HIDDEN] if number < 3 else None
            state[f"{own}{name}.bias"] = found[f"{own}{name}.bias"] if together is None else together
        for name in ("after_attention.weight", "after_attention.bias", "after_inner.weight", "after_inner.bias"):
            state[own + name] = found[own + name]
    return state


if __name__ == "__main__":
    torch.save({name: torch.from_numpy(np.array(value, np.float32)) for name, value in weights_of(sys.argv[1]).items()}, sys.argv[2])
