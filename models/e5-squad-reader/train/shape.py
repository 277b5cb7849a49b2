"""The shape of the encoders here: BERT of width 384, as MiniLM and e5-small have it."""

HIDDEN, HEADS, INNER, WORDS, PLACES = 384, 12, 1536, 30522, 512
