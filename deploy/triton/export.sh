#!/bin/sh
# Lays out a Triton model repository: export.sh [model folder] [repository]
#   <repository>/<name>/config.pbtxt
#   <repository>/<name>/1/model.onnx
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
model=${1:-$here/../../models/purkinje-s}
repository=${2:-$here/repository}
name=$(basename -- "$model")
config=$here/$name/config.pbtxt

for file in "$model/encoder.onnx" "$model/encoder.json" "$config"; do
  [ -f "$file" ] || { echo "export.sh: $file is not there" >&2; exit 1; }
done
sha256=$(sha256sum "$model/encoder.onnx" | cut -d ' ' -f 1)
grep -q "\"sha256\": *\"$sha256\"" "$model/encoder.json" || { echo "export.sh: $model/encoder.onnx is not the file that encoder.json names" >&2; exit 1; }

mkdir -p "$repository/$name/1"
cp "$config" "$repository/$name/config.pbtxt"
# Whole or not at all: a Triton that polls must not see half a file.
cp "$model/encoder.onnx" "$repository/$name/1/.model.onnx"
mv "$repository/$name/1/.model.onnx" "$repository/$name/1/model.onnx"
chmod -R a+rX "$repository"
echo "$repository/$name"
