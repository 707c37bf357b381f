"""Triton's Python backend over onnxruntime: what its ONNX backend would do, which the wheel does not carry."""
import os
import sys

sys.path.insert(0, os.environ["ENCODER_SITE"])

import numpy as np
import onnxruntime
import triton_python_backend_utils as backend


class TritonPythonModel:
    def initialize(self, args):
        self.session = onnxruntime.InferenceSession(os.environ["ENCODER_ONNX"])

    def execute(self, requests):
        tensors = [backend.get_input_tensor_by_name(request, "ecg").as_numpy().astype(np.float32) for request in requests]
        logits, embedding = self.session.run(["logits", "embedding"], {"ecg": np.concatenate(tensors)})
        responses, end = [], 0
        for tensor in tensors:
            rows = slice(end, end + len(tensor))
            end += len(tensor)
            outputs = [backend.Tensor("logits", logits[rows]), backend.Tensor("embedding", embedding[rows])]
            responses.append(backend.InferenceResponse(outputs))
        return responses
