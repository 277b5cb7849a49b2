"""Calls a running service with clients that nobody here wrote: clients.py PORT"""

import asyncio
import json
import sys
import urllib.request

import numpy as np
import tritonclient.http as triton
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
from openai import OpenAI
from prometheus_client.parser import text_string_to_metric_families

port = sys.argv[1]
url = f"http://127.0.0.1:{port}"


def auth():
    """A new one for each call: tritonclient adds to the one that it gets."""
    return {"authorization": "Bearer a-token"}


def text_input(*texts, name="text"):
    one = triton.InferInput(name, [len(texts)], "BYTES")
    one.set_data_from_numpy(np.array([text.encode() for text in texts], dtype=np.object_))
    return one


def with_triton():
    client = triton.InferenceServerClient(f"127.0.0.1:{port}")
    assert client.is_server_live(headers=auth()) and client.is_server_ready(headers=auth())
    assert client.is_model_ready("minilm", headers=auth())
    assert not client.is_model_ready("other", headers=auth())
    assert "binary_tensor_data" in client.get_server_metadata(headers=auth())["extensions"]
    assert client.get_model_metadata("minilm", headers=auth())["name"] == "minilm"
    assert client.get_model_config("minilm", headers=auth())["name"] == "minilm"
    # Binary both ways is its default.
    vectors = client.infer("minilm", [text_input("a kettle", "ein Kessel", "")], request_id="7", headers=auth())
    assert vectors.get_response()["id"] == "7"
    dense = vectors.as_numpy("embedding")
    assert dense.shape == (3, 384) and dense.dtype == np.float32
    wanted = triton.InferRequestedOutput("embedding", binary_data=False)
    plain = client.infer("minilm", [text_input("a kettle", "ein Kessel", "")], outputs=[wanted], headers=auth())
    assert np.allclose(plain.as_numpy("embedding"), dense, atol=1e-6)
    for packing in ("gzip", "deflate"):
        packed = client.infer(
            "minilm",
            [text_input("a kettle", "ein Kessel", "")],
            request_compression_algorithm=packing,
            response_compression_algorithm=packing,
            headers=auth(),
        )
        assert np.allclose(packed.as_numpy("embedding"), dense, atol=1e-6)
    stats = client.get_inference_statistics("minilm", headers=auth())["model_stats"][0]
    assert stats["inference_count"] >= 6, stats
    names = {one["name"] for one in client.get_model_repository_index(headers=auth())}
    assert names == {"minilm", "reader", "echo"}
    # A pipeline: JSON texts, also in binary both ways.
    rows = ['{"text": "a"}', '{"text": "für"}']
    answers = client.infer("echo", [text_input(*rows, name="input")], headers=auth()).as_numpy("output")
    assert [json.loads(one) for one in answers] == [json.loads(row) for row in rows], answers
    client.unload_model("reader", headers=auth())
    assert not client.is_model_ready("reader", headers=auth())
    client.load_model("reader", headers=auth())
    assert client.is_model_ready("reader", headers=auth())
    try:
        client.infer("other", [text_input("a")], headers=auth())
        raise AssertionError("a model that does not exist answers")
    except triton.InferenceServerException as error:
        assert "no model or pipeline of that name" in str(error), error
    return dense


async def with_kserve(dense):
    client = InferenceRESTClient(RESTConfig(protocol="v2"))
    assert await client.is_server_live(url, headers=auth())
    assert await client.is_model_ready(url, "minilm", headers=auth())
    texts = ["a kettle", "ein Kessel"]
    given = InferInput("text", [2], "BYTES", data=texts)
    request = InferRequest(model_name="minilm", infer_inputs=[given])
    answer = await client.infer(url, request, headers=auth(), model_name="minilm")
    outputs = answer.outputs if hasattr(answer, "outputs") else answer["outputs"]
    vectors = outputs[0].as_numpy() if hasattr(outputs[0], "as_numpy") else np.array(outputs[0]["data"]).reshape(2, 384)
    assert np.allclose(vectors, dense[:2], atol=1e-5)


def with_openai(dense):
    client = OpenAI(api_key="a-token", base_url=f"{url}/v1")
    data = client.embeddings.create(model="minilm", input=["a kettle"]).data
    assert np.allclose(data[0].embedding, dense[0], atol=1e-5)


def with_prometheus():
    request = urllib.request.Request(f"{url}/metrics", headers=auth())
    with urllib.request.urlopen(request) as answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    names = {family.name for family in families}
    series = sum(len(family.samples) for family in families)
    assert {"ganglion_messages_accepted", "ganglion_http_requests", "ganglion_model_rows"} <= names, names
    assert series <= 600, series


dense = with_triton()
print("ok tritonclient")
asyncio.run(with_kserve(dense))
print("ok kserve")
with_openai(dense)
print("ok openai")
with_prometheus()
print("ok prometheus_client")
