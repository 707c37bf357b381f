"""Asks a server everything that Triton's own client can ask, and prints what came as JSON: tritonclient_probe.py HOST:PORT MODEL FILE.onnx"""
import json
import sys

import numpy as np
import onnxruntime
import tritonclient.grpc as grpc
from tritonclient.utils import InferenceServerException

address, name, path = sys.argv[1:4]
client = grpc.InferenceServerClient(address)
session = onnxruntime.InferenceSession(path)
shapes = {value.name: value.shape[1:] for value in session.get_inputs()}
leads, samples = shapes["ecg"]
signal = np.cumsum(np.random.default_rng(7).standard_normal((12, leads, samples)) * 0.05, axis=2).clip(-5, 5).astype(np.float32)


def beside(count):
    """The inputs beside the signal: every lead is there (mask 1), half of the patient is known."""
    return {of: np.full((count, *shape), 1.0 if of == "mask" else 0.5, np.float32) for of, shape in shapes.items() if of != "ecg"}


wanted = session.run(["logits", "embedding"], {"ecg": signal, **beside(len(signal))})


def infer(datatype, values, tensor="ecg", model=name):
    given = []
    for of, numbers, kind in ((tensor, values, datatype), *((of, numbers, "FP32") for of, numbers in beside(len(values)).items())):
        given.append(grpc.InferInput(of, list(numbers.shape), kind))
        given[-1].set_data_from_numpy(numbers)
    return client.infer(model, given)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def code_of(call):
    try:
        call()
    except InferenceServerException as error:
        return error.status()


def differences(result):
    logits, embedding = result.as_numpy("logits"), result.as_numpy("embedding")
    return {
        "logits": float(np.abs(logits - wanted[0]).max()),
        "embedding": float(np.abs(embedding - wanted[1]).max()),
        "probability": float(np.abs(sigmoid(logits) - sigmoid(wanted[0])).max()),
    }


print(json.dumps({
    "live": client.is_server_live(),
    "ready": client.is_server_ready(),
    "modelReady": [client.is_model_ready(name), client.is_model_ready("other")],
    "server": client.get_server_metadata(as_json=True),
    "metadata": client.get_model_metadata(name, as_json=True),
    "config": client.get_model_config(name, as_json=True)["config"],
    "index": client.get_model_repository_index(as_json=True),
    "fp32": differences(infer("FP32", signal)),
    "fp16": differences(infer("FP16", signal.astype(np.float16))),
    "statistics": client.get_inference_statistics(name, as_json=True)["model_stats"][0],
    "codes": {
        "model": code_of(lambda: infer("FP32", signal, model="other")),
        "tensor": code_of(lambda: infer("FP32", signal, tensor="x")),
        "batch": code_of(lambda: infer("FP32", np.zeros((33, leads, samples), np.float32))),
        "shape": code_of(lambda: infer("FP32", np.zeros((1, leads, samples + 1), np.float32))),
    },
}))
