#!/usr/bin/env bash
# From recordings to src/grade/waves/weights.ts: training/waves.sh --ecg DIR --ptbxl DIR [--cross-validate] [--seed N]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
venv="$here/.venv"
patients="$here/runs/waves/patients"
if [ ! -x "$venv/bin/python" ]; then
  "${PYTHON:-python3}" -m venv "$venv"
fi
"$venv/bin/pip" install --quiet -r "$here/requirements.txt"
if ! "$venv/bin/python" -c 'import torch' 2>/dev/null; then
  "$venv/bin/pip" install --quiet --no-deps -r "$here/requirements-torch.txt"
fi
node "$root/deploy/prepare.mjs"
for seed in $(seq 1 40); do
  node "$root/dist/cli/main.js" simulate --out "$patients/$seed" --seed "$seed" --noise 0 --duration 20 --rate 250 >/dev/null
done
export PYTHONPATH="$here"
"$venv/bin/python" -m purkinje_waves.train --simulated "$patients" --out "$root/src/grade/waves/weights.ts" --golden "$root/test/golden/waves.json" "$@"
