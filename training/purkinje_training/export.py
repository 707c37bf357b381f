"""Writes the network as ONNX, fp32 and int8, and the projection of the text side; checks all."""
import copy
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
from torch import nn
from torch.nn.functional import normalize

from .data import Records
from .model import LEADS, TEXT, Network, TextTower, saliency

OPSET = 17
INPUTS = ["ecg", "mask", "known"]
OUTPUTS = ["logits", "embedding", "saliency"]


class Served(nn.Module):
    """What the file computes: logits, embedding, and the saliency of the first `targets` columns."""

    def __init__(self, model: Network, targets: int):
        super().__init__()
        self.model, self.targets = model, targets

    def forward(self, ecg, mask, known):
        features = self.model.features(ecg, mask, known)
        pooled = self.model.pool(features)
        weight = self.model.head.weight[:self.targets]
        return self.model.head(pooled), normalize(self.model.project(pooled), dim=1), saliency(features, weight)


def to_onnx(model: Network, targets: int, path: str):
    """Dynamic batch; every BatchNorm is folded into its convolution, every state space unrolled to one."""
    served = Served(copy.deepcopy(model).eval(), targets)
    served.model.unroll()
    example = (torch.zeros(2, LEADS, 1000), torch.ones(2, LEADS), torch.zeros(2, 2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(served.eval(), example, path, dynamo=False, opset_version=OPSET,
                          input_names=INPUTS, output_names=OUTPUTS,
                          dynamic_axes={n: {0: "N"} for n in INPUTS + OUTPUTS})
    graph = onnx.load(path)
    onnx.checker.check_model(graph)
    assert not any(node.op_type == "BatchNormalization" for node in graph.graph.node)


def text_to_onnx(tower: TextTower, path: str):
    """sentence [N, 384] -> row [N, 128], unit length: with it an operator's own phrase becomes a row."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(tower.eval(), (torch.zeros(2, TEXT),), path, dynamo=False, opset_version=OPSET,
                          input_names=["sentence"], output_names=["row"],
                          dynamic_axes={"sentence": {0: "N"}, "row": {0: "N"}})


def feed(signal: np.ndarray, known: np.ndarray, mask: np.ndarray | None = None) -> dict:
    whole = np.ones(signal.shape[:2], np.float32) if mask is None else mask.astype(np.float32)
    return {"ecg": signal, "mask": whole, "known": known}


class _Batches(CalibrationDataReader):
    def __init__(self, records: Records, rows: np.ndarray, size: int = 32):
        self.batches = iter([feed(records.signal[r], records.known[r]) for r in np.split(rows, range(size, len(rows), size))])

    def get_next(self):
        return next(self.batches, None)


def to_int8(source: str, path: str, records: Records, rows: np.ndarray):
    """Static quantisation (QDQ, per channel) of the convolutions; heads and saliency stay float."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = os.path.join(folder, "prepared.onnx")
        quant_pre_process(source, prepared, skip_symbolic_shape=True)
        quantize_static(prepared, path, _Batches(records, rows), quant_format=QuantFormat.QDQ,
                        op_types_to_quantize=["Conv"], per_channel=True,
                        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)


def session(path: str) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def runner(path: str, size: int = 64):
    """A function from signal [n, 8, 1000], known [n, 2] and optionally mask [n, 8] to logits and embeddings."""
    own = session(path)

    def run(signal, known, mask=None):
        whole = feed(signal, known, mask)
        out = [own.run(OUTPUTS[:2], {k: v[i:i + size] for k, v in whole.items()}) for i in range(0, len(signal), size)]
        return tuple(np.concatenate(v) for v in zip(*out))

    return run


def agreement(model: Network, targets: int, path: str, records: Records, count: int = 64) -> dict:
    """Greatest differences, each over max(1, |value|): to torch, of a segment alone to a batch, of saliency's sum to the logit."""
    own, whole = session(path), feed(records.signal[:count], records.known[:count])
    with torch.no_grad():
        expected = [v.numpy() for v in Served(model, targets).eval()(*(torch.from_numpy(v) for v in whole.values()))]
    together = own.run(None, whole)
    alone = [np.concatenate(v) for v in zip(*(own.run(None, {k: v[i:i + 1] for k, v in whole.items()}) for i in range(count)))]

    def most(p, q):
        return float(max((np.abs(a - b) / np.maximum(1, np.abs(a))).max() for a, b in zip(p, q)))

    bias = model.head.bias[:targets].detach().numpy()
    summed = together[2].sum(axis=2) + bias
    return {"torch": most(expected, together), "batch": most(alone, together), "saliency": most([together[0][:, :targets]], [summed])}


def speed(path: str, batch: int, seconds: float = 3.0) -> float:
    """Segments a second on one thread, all outputs."""
    own, x = session(path), np.random.default_rng(0).normal(0, 0.2, (batch, LEADS, 1000)).astype(np.float32)
    whole = feed(x, np.zeros((batch, 2), np.float32))
    for _ in range(3):
        own.run(None, whole)
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        own.run(None, whole)
        count += batch
    return count / (time.perf_counter() - start)
