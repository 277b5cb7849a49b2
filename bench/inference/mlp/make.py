"""
Writes mlp/model.onnx: features float32 [rows, 128] → scores float32 [rows, 16], two layers of 256, weights by a seed.
Small enough that a call costs more than its rows, which is where batches gain.

    pip install onnx numpy
    python make.py
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

chance = np.random.default_rng(7)
sizes = [128, 256, 256, 16]
weights, nodes, at = [], [], "features"
for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
    weights.append(numpy_helper.from_array((chance.standard_normal((a, b)) / a**0.5).astype(np.float32), f"w{i}"))
    weights.append(numpy_helper.from_array(np.zeros(b, np.float32), f"b{i}"))
    last = i == len(sizes) - 2
    nodes.append(helper.make_node("Gemm", [at, f"w{i}", f"b{i}"], ["scores" if last else f"h{i}"]))
    if not last:
        nodes.append(helper.make_node("Relu", [f"h{i}"], [f"r{i}"]))
    at = f"r{i}"
F = TensorProto.FLOAT
graph = helper.make_graph(
    nodes,
    "mlp",
    [helper.make_tensor_value_info("features", F, ["rows", sizes[0]])],
    [helper.make_tensor_value_info("scores", F, ["rows", sizes[-1]])],
    weights,
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
checker.check_model(model)
save(model, Path(__file__).parent / "model.onnx")
