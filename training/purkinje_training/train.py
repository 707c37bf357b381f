"""Trains the network: python -m purkinje_training.train --data DIR --catalogue FILE --out DIR."""
import argparse
import copy
import json
import os
import time

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits as bce

from .augment import augment
from .data import SUPERCLASSES, Records, auxiliary_codes, load, read_catalogue, supported
from .metrics import auroc
from .model import Encoder

AUXILIARY_WEIGHT = 0.5
TRAIN_FOLDS = range(1, 9)
WATCH_FOLD = 9


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser()
    p.add_argument("--data", default=os.environ.get("PURKINJE_PTBXL100_DIR"))
    p.add_argument("--catalogue", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--epochs", type=int, default=32)
    p.add_argument("--batch", type=int, default=64)
    p.add_argument("--rate", type=float, default=3e-3)
    p.add_argument("--seed", type=int, default=20)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--bf16", action="store_true", help="autocast to bfloat16; faster on CPUs that have it")
    args = p.parse_args()
    if not args.data:
        p.error("--data or PURKINJE_PTBXL100_DIR is needed")
    return args


def labels(records: Records, targets: list[dict], auxiliary: list[str]) -> torch.Tensor:
    own = records.columns([t["codes"]["scp"] for t in targets])
    extra = records.columns([[c] for c in auxiliary])
    return torch.from_numpy(np.concatenate([own, extra, records.superclasses], axis=1))


@torch.no_grad()
def predict(model: Encoder, signal: np.ndarray, training_heads: bool = False) -> np.ndarray:
    model.eval()
    forward = model.forward_training if training_heads else lambda x: model(x)[0]
    return np.concatenate([forward(torch.from_numpy(signal[i:i + 128])).numpy()
                           for i in range(0, len(signal), 128)])


@torch.no_grad()
def follow(average: Encoder, model: Encoder, decay: float):
    """Exponential moving average of all weights and BatchNorm statistics."""
    for kept, new in zip(average.state_dict().values(), model.state_dict().values()):
        if kept.dtype.is_floating_point:
            kept.lerp_(new, 1 - decay)
        else:
            kept.copy_(new)


def main():
    args = arguments()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    os.makedirs(args.out, exist_ok=True)
    train, watch = load(args.data, TRAIN_FOLDS), load(args.data, [WATCH_FOLD])
    targets = supported(read_catalogue(args.catalogue), train)
    auxiliary = auxiliary_codes(train)
    x, y, watch_y = torch.from_numpy(train.signal), labels(train, targets, auxiliary), \
        labels(watch, targets, auxiliary).numpy()
    count = len(targets)
    weight = torch.full((y.shape[1],), AUXILIARY_WEIGHT)
    weight[:count] = 1.0
    model = Encoder(count, y.shape[1] - count)
    average = copy.deepcopy(model)
    steps = args.epochs * (len(x) // args.batch)
    optimizer = torch.optim.AdamW(model.parameters(), args.rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, args.rate, total_steps=steps, pct_start=0.15, cycle_momentum=False)
    print(f"{len(x)} records, {count} targets, {y.shape[1] - count} auxiliary, "
          f"{sum(p.numel() for p in model.parameters())} parameters", flush=True)
    start, step = time.time(), 0
    for epoch in range(args.epochs):
        model.train()
        order, total = torch.randperm(len(x)), 0.0
        for i in range(len(x) // args.batch):
            rows = order[i * args.batch:(i + 1) * args.batch]
            with torch.autocast("cpu", torch.bfloat16, enabled=args.bf16):
                logits = model.forward_training(augment(x[rows]))
            loss = bce(logits.float(), y[rows] * 0.99 + 0.002, weight=weight)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            follow(average, model, min(0.999, (1 + step) / (10 + step)))
            total += loss.item()
        scores = predict(average, watch.signal, training_heads=True)
        each = [auroc(watch_y[:, k], scores[:, k]) for k in range(y.shape[1])]
        print(f"epoch {epoch + 1} loss {total / (len(x) // args.batch):.4f} "
              f"targets AUROC {np.nanmean(each[:count]):.4f} "
              f"superclasses {np.nanmean(each[-len(SUPERCLASSES):]):.4f} "
              f"{time.time() - start:.0f} s", flush=True)
        torch.save({"state": average.state_dict(), "targets": [t["id"] for t in targets],
                    "auxiliary": y.shape[1] - count, "epochs": epoch + 1, "planned": args.epochs,
                    "seed": args.seed, "superclassAuroc": dict(zip(SUPERCLASSES, each[-5:]))},
                   os.path.join(args.out, "encoder.pt"))
    with open(os.path.join(args.out, "done.json"), "w") as file:
        json.dump({"seconds": round(time.time() - start)}, file)


if __name__ == "__main__":
    main()
