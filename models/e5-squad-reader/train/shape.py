"""The shape of the encoders here: BERT of width 384, as MiniLM and e5-small have it."""

HIDDEN, HEADS, INNER, WORDS, PLACES = 384, 12, 1536, 30522, 512

# The parts of a layer: by our names, those of Hugging Face's files.
INSIDE = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "joined": "attention.output.dense",
    "after_attention": "attention.output.LayerNorm",
    "widen": "intermediate.dense",
    "narrow": "output.dense",
    "after_inner": "output.LayerNorm",
}
