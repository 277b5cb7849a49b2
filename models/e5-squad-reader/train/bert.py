"""A BERT encoder with three outputs a token: where an answer starts, where it ends, and (at [CLS]) whether there is none."""

import torch
from torch import nn
from torch.nn import functional as F

from shape import HEADS, HIDDEN, INNER, PLACES, WORDS



class Layer(nn.Module):
    def __init__(self, dropout):
        super().__init__()
        self.query, self.key, self.value, self.joined = (nn.Linear(HIDDEN, HIDDEN) for _ in range(4))
        self.widen, self.narrow = nn.Linear(HIDDEN, INNER), nn.Linear(INNER, HIDDEN)
        self.after_attention, self.after_inner = (nn.LayerNorm(HIDDEN, eps=1e-12) for _ in range(2))
        self.dropout = nn.Dropout(dropout)
        self.attention_dropout = dropout

    def forward(self, x, seen):
        rows, tokens, _ = x.shape
        q, k, v = (
            f(x).view(rows, tokens, HEADS, HIDDEN // HEADS).transpose(1, 2)
            for f in (self.query, self.key, self.value)
        )
        drop = self.attention_dropout if self.training else 0.0
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=seen, dropout_p=drop)
        mixed = mixed.transpose(1, 2).reshape(rows, tokens, HIDDEN)
        x = self.after_attention(x + self.dropout(self.joined(mixed)))
        return self.after_inner(x + self.dropout(self.narrow(F.gelu(self.widen(x)))))


class Reader(nn.Module):
    """input_ids, attention_mask, token_type_ids [rows, tokens] → start, end [rows, tokens], no_answer [rows]."""

    def __init__(self, layers, dropout=0.1):
        super().__init__()
        self.words = nn.Embedding(WORDS, HIDDEN)
        self.places = nn.Embedding(PLACES, HIDDEN)
        self.parts = nn.Embedding(2, HIDDEN)
        self.after_words = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))
        self.outputs = nn.Linear(HIDDEN, 3)
        self.dropout = nn.Dropout(dropout)
        nn.init.normal_(self.outputs.weight, std=0.02)
        nn.init.zeros_(self.outputs.bias)

    def forward(self, input_ids, attention_mask, token_type_ids):
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        x = self.words(input_ids) + self.places(places) + self.parts(token_type_ids)
        x = self.dropout(self.after_words(x))
        seen = attention_mask[:, None, None, :].bool()
        for layer in self.layers:
            x = layer(x, seen)
        start, end, none = self.outputs(x).unbind(-1)
        return start, end, none[:, 0]


def reader_of(state, dropout=0.1):
    """A reader of as many layers as the state has; without its outputs, they start again."""
    layers = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers."))
    model = Reader(layers, dropout)
    missing, unexpected = model.load_state_dict(state, strict=False)
    if unexpected or any(not name.startswith("outputs.") for name in missing):
        raise SystemExit(f"not an encoder of this shape: lacks {missing}, has {unexpected}")
    return model
