"""Writes a model in half precision: half_model.py FROM.onnx TO.onnx, and prints the SHA-256 of what it wrote as JSON."""
import hashlib
import json
import sys

import onnx
from onnxruntime.transformers.float16 import convert_float_to_float16

source, target = sys.argv[1:3]
onnx.save(convert_float_to_float16(onnx.load(source)), target)
print(json.dumps({"sha256": hashlib.sha256(open(target, "rb").read()).hexdigest()}))
