#!/usr/bin/env bash
# From data to the shipped files: training/run.sh --data DIR [--epochs N] [--seed N] [--threads N] ...
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
venv="$here/.venv"
run="$here/runs/purkinje-s"
catalogue="$root/models/catalogue.json"
out="$root/models/purkinje-s"

args=("$@")
while [ $# -gt 0 ]; do
  case "$1" in
    --data) export PURKINJE_PTBXL100_DIR="${2:?--data needs a folder}"; shift 2 ;;
    --data=*) export PURKINJE_PTBXL100_DIR="${1#--data=}"; shift ;;
    *) shift ;;
  esac
done
: "${PURKINJE_PTBXL100_DIR:?give --data DIR or set PURKINJE_PTBXL100_DIR}"

if [ ! -x "$venv/bin/python" ]; then
  "${PYTHON:-python3}" -m venv "$venv"
fi
"$venv/bin/pip" install --quiet -r "$here/requirements.txt"
if ! "$venv/bin/python" -c 'import torch' 2>/dev/null; then
  "$venv/bin/pip" install --quiet --no-deps -r "$here/requirements-torch.txt"
fi
# bfloat16 saves time only where the processor has it.
bf16=()
if grep -q -m1 avx512_bf16 /proc/cpuinfo 2>/dev/null; then bf16=(--bf16); fi

export PYTHONPATH="$here"
"$venv/bin/python" -m purkinje_training.train --catalogue "$catalogue" --out "$run" \
  ${bf16[@]+"${bf16[@]}"} ${args[@]+"${args[@]}"}
"$venv/bin/python" -m purkinje_training.build --catalogue "$catalogue" --run "$run" --out "$out"
