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
simulate() {
  node "$root/dist/cli/main.js" simulate --noise 0 --duration 20 --rate 250 "$@" >/dev/null
}
for seed in $(seq 1 40); do simulate --out "$patients/$seed" --seed "$seed"; done
# Blocked P waves are rare in the recordings, and must not be taken for beats.
for condition in second-degree-av-block-mobitz-i second-degree-av-block-mobitz-ii complete-av-block; do
  for seed in $(seq 101 160); do simulate --out "$patients/$condition-$seed" --condition "$condition" --seed "$seed"; done
done
export PYTHONPATH="$here"
"$venv/bin/python" -m purkinje_waves.train --simulated "$patients" --out "$root/src/grade/waves/weights.ts" --golden "$root/test/golden/waves.json" "$@"
