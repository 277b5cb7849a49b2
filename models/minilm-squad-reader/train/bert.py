"""MiniLM with three heads: where an answer starts, where it ends, and whether there is none."""

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F

HIDDEN, LAYERS, HEADS, INNER = 384, 6, 12, 1536


class Layer(nn.Module):
    def __init__(self, dropout):
        super().__init__()
        self.query, self.key, self.value, self.joined = (nn.Linear(HIDDEN, HIDDEN) for _ in range(4))
        self.widen, self.narrow = nn.Linear(HIDDEN, INNER), nn.Linear(INNER, HIDDEN)
        self.after_attention, self.after_inner = (nn.LayerNorm(HIDDEN, eps=1e-12) for _ in range(2))
        self.dropout = nn.Dropout(dropout)
        self.attention_dropout = dropout

    def forward(self, x, bias):
        rows, tokens, _ = x.shape
        q, k, v = (
            f(x).view(rows, tokens, HEADS, HIDDEN // HEADS).transpose(1, 2)
            for f in (self.query, self.key, self.value)
        )
        if torch.onnx.is_in_onnx_export():
            # Spelled out, so that the exported graph is the plain one that ONNX Runtime fuses and quantizes.
            scores = q @ k.transpose(-1, -2) / (HIDDEN // HEADS) ** 0.5 + bias
            seen = torch.softmax(scores, dim=-1) @ v
        else:
            drop = self.attention_dropout if self.training else 0.0
            seen = F.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype), dropout_p=drop)
        seen = seen.transpose(1, 2).reshape(rows, tokens, HIDDEN)
        x = self.after_attention(x + self.dropout(self.joined(seen)))
        return self.after_inner(x + self.dropout(self.narrow(F.gelu(self.widen(x)))))


class Reader(nn.Module):
    """input_ids, attention_mask, token_type_ids [rows, tokens] → start, end [rows, tokens], no_answer [rows]."""

    def __init__(self, dropout=0.1):
        super().__init__()
        self.words = nn.Embedding(30522, HIDDEN, padding_idx=0)
        self.places = nn.Embedding(512, HIDDEN)
        self.parts = nn.Embedding(2, HIDDEN)
        self.after_words = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.span = nn.Linear(HIDDEN, 2)
        self.none = nn.Sequential(nn.Linear(HIDDEN, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 1))
        self.dropout = nn.Dropout(dropout)

    def forward(self, input_ids, attention_mask, token_type_ids):
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        x = self.words(input_ids) + self.places(places) + self.parts(token_type_ids)
        x = self.dropout(self.after_words(x))
        bias = (1.0 - attention_mask[:, None, None, :].float()) * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        start, end = self.span(x).unbind(-1)
        return start, end, self.none(x[:, 0]).squeeze(-1)

    @staticmethod
    def from_minilm(file, dropout=0.1):
        """The encoder of a BERT checkpoint in safetensors; the heads start anew."""
        model = Reader(dropout)
        found = {key.removeprefix("bert."): value for key, value in load_file(file).items()}
        names = {
            "words": "embeddings.word_embeddings",
            "places": "embeddings.position_embeddings",
            "parts": "embeddings.token_type_embeddings",
            "after_words": "embeddings.LayerNorm",
        }
        inside = {
            "query": "attention.self.query",
            "key": "attention.self.key",
            "value": "attention.self.value",
            "joined": "attention.output.dense",
            "after_attention": "attention.output.LayerNorm",
            "widen": "intermediate.dense",
            "narrow": "output.dense",
            "after_inner": "output.LayerNorm",
        }
        for i in range(LAYERS):
            names |= {f"layers.{i}.{ours}": f"encoder.layer.{i}.{theirs}" for ours, theirs in inside.items()}
        state = {
            f"{ours}.{kind}": found[f"{theirs}.{kind}"]
            for ours, theirs in names.items()
            for kind in ("weight", "bias")
            if f"{theirs}.{kind}" in found
        }
        missing, unexpected = model.load_state_dict(state, strict=False)
        heads = [name for name in missing if not name.startswith(("span.", "none."))]
        if heads or unexpected:
            raise SystemExit(f"{file} is not MiniLM-L6: lacks {heads}, has {unexpected}")
        return model
