"""
An encoder, and the reader on it, as an ONNX graph, written node by node: in fp32, or with int8 products.

An int8 product's input is quantized by a scale of its own for every token, taken from that token alone. So a row's result
does not depend on what else is in its batch, as it does with one scale for the whole tensor (what `quantize_dynamic` makes).
"""

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from shape import HEADS

MS = "com.microsoft"
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("start_logits", "end_logits", "no_answer_logits")


class Graph:
    def __init__(self):
        self.nodes, self.constants = [], {}

    def constant(self, name, value):
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def integers(self, *values):
        return self.constant(f"integers {values}", np.array(values, np.int64))

    def node(self, op, *inputs, domain="", output=None, **attributes):
        name = output or f"{op} {len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, domain=domain, **attributes))
        return name

    def slice(self, x, begin, end, axis):
        return self.node("Slice", x, self.integers(begin), self.integers(end), self.integers(axis))


class Full(Graph):
    def words(self, ids, table):
        return self.node("Gather", self.constant("words", table), ids)

    def input(self, x):
        return x

    def product(self, x, name, weight):
        return self.node("MatMul", x, self.constant(name, weight))


class Int8(Graph):
    def words(self, ids, table):
        whole, steps = int8(table, 1)
        values = self.node("Cast", self.node("Gather", self.constant("words", whole), ids), to=TensorProto.FLOAT)
        return self.node("Mul", values, self.node("Gather", self.constant("words.scale", steps), ids))

    def input(self, x):
        """[tokens, width] as uint8 around 128, and the scale of each token."""
        most = self.node("ReduceMax", self.node("Abs", x), self.integers(1), keepdims=0)
        most = self.node("Max", most, self.constant("least", np.float32(1e-6)))
        scale = self.node("Mul", most, self.constant("step", np.float32(1 / 127)))
        middle = self.node("Expand", self.constant("middle", np.uint8(128)), self.node("Shape", scale))
        return self.node("QuantizeLinear", x, scale, middle, axis=0), self.node("Unsqueeze", scale, self.integers(1))

    def product(self, x, name, weight):
        values, scale = x
        whole, steps = int8(weight, 0)
        product = self.node(
            "MatMulIntegerToFloat", values, self.constant(name, whole), self.constant("one", np.float32(1)),
            self.constant(f"{name}.scale", steps[0]), "middle", domain=MS,
        )
        return self.node("Mul", product, scale)


def int8(weight, axis):
    steps = np.maximum(np.abs(weight).max(axis, keepdims=True), 1e-9) / 127
    return np.round(weight / steps).astype(np.int8), steps.astype(np.float32)


def width_of(state):
    return state["words.weight"].shape[1]


def encoder(state, graph, heads=HEADS):
    """Adds an encoder's nodes; returns the names of its last hidden state [rows · tokens, width] and of its input's shape."""
    ids, mask, types = INPUTS
    hidden = width_of(state)
    constant = lambda name: graph.constant(name, state[name])
    norm = lambda name: (constant(f"{name}.weight"), constant(f"{name}.bias"))
    product = lambda x, name: graph.product(x, f"{name}.weight", state[f"{name}.weight"].T)
    shape = graph.node("Shape", ids)
    places = graph.node("Slice", constant("places.weight"), graph.integers(0), graph.slice(shape, 1, 2, 0), graph.integers(0))
    x = graph.node("Add", graph.words(ids, state["words.weight"]), places)
    x = graph.node("Add", x, graph.node("Gather", constant("parts.weight"), types))
    x = graph.node("Reshape", x, graph.integers(-1, hidden))
    x = graph.node("LayerNormalization", x, *norm("after_words"), epsilon=1e-12)
    seen = graph.node("Cast", mask, to=TensorProto.INT32)
    by_row = graph.node("Concat", shape, graph.integers(hidden), axis=0)
    layers = sum(name.endswith("query.weight") for name in state)
    for own in (f"layers.{i}." for i in range(layers)):
        three = ("query", "key", "value")
        given = graph.input(x)
        read = [graph.node("Reshape", product(given, own + one), by_row) for one in three]
        bias = graph.constant(f"{own}bias", np.concatenate([state[f"{own}{one}.bias"] for one in three]))
        mixed = graph.node("MultiHeadAttention", *read, bias, seen, domain=MS, num_heads=heads)
        mixed = product(graph.input(graph.node("Reshape", mixed, graph.integers(-1, hidden))), f"{own}joined")
        x = graph.node(
            "SkipLayerNormalization", mixed, x, *norm(f"{own}after_attention"), constant(f"{own}joined.bias"),
            domain=MS, epsilon=1e-12,
        )
        wide = graph.node("BiasGelu", product(graph.input(x), f"{own}widen"), constant(f"{own}widen.bias"), domain=MS)
        narrow = product(graph.input(wide), f"{own}narrow")
        x = added(graph, narrow, constant(f"{own}narrow.bias"), x, norm(f"{own}after_inner"))
    return x, shape


def added(graph, x, bias, skip, norm):
    """Two sums and a norm: ONNX Runtime's SkipLayerNormalization takes ten times as long on a CPU, a fifth of a whole run."""
    total = graph.node("Add", graph.node("Add", x, bias), skip)
    return graph.node("LayerNormalization", total, *norm, epsilon=1e-12)


def model_of(state, graph):
    """`state` is that of bert.Reader in numpy; `graph` is new, Full() or Int8()."""
    x, shape = encoder(state, graph)
    x = graph.node("MatMul", x, graph.constant("outputs", state["outputs.weight"].T))
    x = graph.node("Add", x, graph.constant("outputs.bias", state["outputs.bias"]))
    x = graph.node("Reshape", x, graph.node("Concat", shape, graph.integers(3), axis=0))
    for number, name in enumerate(OUTPUTS[:2]):
        graph.node("Squeeze", graph.slice(x, number, number + 1, 2), graph.integers(2), output=name)
    none = graph.slice(graph.slice(x, 2, 3, 2), 0, 1, 1)
    graph.node("Reshape", none, graph.integers(-1), output=OUTPUTS[2])
    by_token = {name: ("rows", "tokens") for name in OUTPUTS[:2]}
    return whole(graph, "reader", {**by_token, OUTPUTS[2]: ("rows",)})


def embedder_of(state, graph, heads=HEADS):
    """The last hidden state alone, [rows, tokens, width]; a mean over the tokens that count makes an embedding of it."""
    x, shape = encoder(state, graph, heads)
    hidden = width_of(state)
    graph.node("Reshape", x, graph.node("Concat", shape, graph.integers(hidden), axis=0), output="last_hidden_state")
    return whole(graph, "embedder", {"last_hidden_state": ("rows", "tokens", hidden)})


def whole(graph, name, outputs):
    value = helper.make_tensor_value_info
    given = [value(one, TensorProto.INT64, ("rows", "tokens")) for one in INPUTS]
    found = [value(one, TensorProto.FLOAT, shape) for one, shape in outputs.items()]
    made = helper.make_graph(graph.nodes, name, given, found, list(graph.constants.values()))
    versions = [helper.make_opsetid("", 19), helper.make_opsetid(MS, 1)]
    return helper.make_model(made, opset_imports=versions, ir_version=9)
