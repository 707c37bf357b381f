"""Writes the network as ONNX, fp32 and int8, and checks both."""
import os
import tempfile
import time
import warnings

import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from .model import Encoder

OPSET = 17


def to_onnx(model: Encoder, path: str):
    """Dynamic batch; the exporter folds every BatchNorm into its convolution."""
    model.eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model, (torch.zeros(2, 8, 1000),), path, dynamo=False, opset_version=OPSET,
                          input_names=["ecg"], output_names=["logits", "embedding"],
                          dynamic_axes={n: {0: "N"} for n in ("ecg", "logits", "embedding")})
    graph = onnx.load(path)
    onnx.checker.check_model(graph)
    assert not any(node.op_type == "BatchNormalization" for node in graph.graph.node)


class _Batches(CalibrationDataReader):
    def __init__(self, signal: np.ndarray, size: int = 32):
        self.batches = iter([{"ecg": signal[i:i + size]} for i in range(0, len(signal), size)])

    def get_next(self):
        return next(self.batches, None)


def to_int8(source: str, path: str, signal: np.ndarray):
    """Static quantisation (QDQ, per channel) of convolutions and matrix products."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = os.path.join(folder, "prepared.onnx")
        quant_pre_process(source, prepared, skip_symbolic_shape=True)
        quantize_static(prepared, path, _Batches(signal), quant_format=QuantFormat.QDQ,
                        op_types_to_quantize=["Conv", "Gemm", "MatMul"], per_channel=True,
                        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)


def session(path: str) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def runner(path: str, size: int = 64):
    """A function from [n, 8, 1000] to logits."""
    own = session(path)
    return lambda x: np.concatenate([own.run(["logits"], {"ecg": x[i:i + size]})[0]
                                     for i in range(0, len(x), size)])


def agreement(model: Encoder, path: str, signal: np.ndarray) -> dict:
    """Greatest differences, each over max(1, |value|): to torch, and of a segment alone to a batch."""
    own = session(path)
    with torch.no_grad():
        expected = [v.numpy() for v in model.eval()(torch.from_numpy(signal))]
    together = own.run(None, {"ecg": signal})
    alone = [np.concatenate(v) for v in zip(*(own.run(None, {"ecg": s[None]}) for s in signal))]

    def most(p, q):
        return float(max((np.abs(a - b) / np.maximum(1, np.abs(a))).max() for a, b in zip(p, q)))

    return {"torch": most(expected, together), "batch": most(alone, together)}


def speed(path: str, batch: int, seconds: float = 3.0) -> float:
    """Segments a second on one thread."""
    own, x = session(path), np.random.default_rng(0).normal(0, 0.2, (batch, 8, 1000)).astype(np.float32)
    for _ in range(3):
        own.run(None, {"ecg": x})
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        own.run(None, {"ecg": x})
        count += batch
    return count / (time.perf_counter() - start)
