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
        names = [value.name for value in self.session.get_inputs()]
        given = [[backend.get_input_tensor_by_name(request, name).as_numpy().astype(np.float32) for name in names] for request in requests]
        feed = {name: np.concatenate([tensors[i] for tensors in given]) for i, name in enumerate(names)}
        outputs = [value.name for value in self.session.get_outputs()]
        results = self.session.run(outputs, feed)
        responses, end = [], 0
        for tensors in given:
            rows = slice(end, end + len(tensors[0]))
            end += len(tensors[0])
            responses.append(backend.InferenceResponse([backend.Tensor(name, value[rows]) for name, value in zip(outputs, results)]))
        return responses
