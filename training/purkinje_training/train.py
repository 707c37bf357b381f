"""Trains one network: python -m purkinje_training.train --data DIR --catalogue FILE --out DIR.

Signal and text are aligned and the heads are taught at once, in one loss; then the heads are fitted again (`heads`) and the projections taught on (`align`). A run that was cut off goes on where it
stood when the same command is given again.
"""
import argparse
import copy
import json
import os
import time

import numpy as np
import torch
from torch import nn

from .align import finish, views
from .augment import augment, mixup, unknown_patients
from .data import Records, columns, labels, load, read_catalogue, supported
from .heads import refit
from .losses import alignment, masked_bce
from .metrics import auroc, average_precision
from .model import NETWORKS, Network, TextTower, make
from .state_space import SLOW
from .text import CAPTIONS_EACH, SentenceEncoder, captions

SUPERCLASS_WEIGHT = 3.0
CROSS_MODAL, UNI_MODAL = 0.08, 0.01
REPORT_SHARE = 0.5
SLOW_RATE = 1e-3
PLACE = ("data", "catalogue", "out", "threads", "watch", "watch_each")
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser()
    p.add_argument("--data", default=os.environ.get("PURKINJE_PTBXL100_DIR"))
    p.add_argument("--catalogue", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--epochs", type=int, default=30)
    p.add_argument("--batch", type=int, default=64)
    p.add_argument("--rate", type=float, default=3e-3)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--network", choices=list(NETWORKS), default="residual")
    p.add_argument("--shape", type=json.loads, default={}, help='the size where it is not the usual, as JSON: {"channels": [32, 48], "width": 128, "depth": 4}')
    p.add_argument("--average", type=float, default=0.999, help="decay of the moving average of the weights, which is what is kept")
    p.add_argument("--mixup", type=float, default=0.0, help="alpha of the Beta distribution that shares are drawn from; 0: no mixup")
    p.add_argument("--folds", type=lambda v: [int(f) for f in v.split(",")], default=list(range(1, 9)), help="train on these")
    p.add_argument("--watch", type=lambda v: [int(f) for f in v.split(",")], default=[9], help="figures on these")
    p.add_argument("--watch-each", type=int, default=5, help="epochs from one look to the next")
    p.add_argument("--leave-out", type=lambda v: v.split(","), default=[], help="targets never told, in labels or in text")
    args = p.parse_args()
    if not args.data:
        p.error("--data or PURKINJE_PTBXL100_DIR is needed")
    return args


class Sentences:
    """Sentence embeddings of each record: captions, and the report where there is one."""

    def __init__(self, records: Records, withheld: set[str], cache: str):
        told = [own - withheld for own in records.statements]
        reports = ["" if own & withheld else r for own, r in zip(records.statements, records.reports)]
        made = captions(told)
        with_report = [i for i, r in enumerate(reports) if len(r) > 8]
        texts = [c for own in made for c in own] + [reports[i] for i in with_report]
        rows = torch.from_numpy(SentenceEncoder().once(texts, cache))
        count = len(records) * CAPTIONS_EACH
        self.captions = rows[:count].view(len(records), CAPTIONS_EACH, -1)
        self.reports = torch.zeros(len(records), rows.shape[1])
        self.reports[with_report] = rows[count:]
        self.has_report = torch.zeros(len(records), dtype=torch.bool)
        self.has_report[with_report] = True
        _, same = np.unique([" ".join(sorted(own)) for own in told], return_inverse=True)
        self.says = torch.from_numpy(same)

    def drawn(self, rows: torch.Tensor) -> torch.Tensor:
        caption = self.captions[rows, torch.randint(CAPTIONS_EACH, (len(rows),))]
        report = self.has_report[rows] & (torch.rand(len(rows)) < REPORT_SHARE)
        return torch.where(report.unsqueeze(1), self.reports[rows], caption)


@torch.no_grad()
def predict(model: Network, records: Records, size: int = 256) -> tuple[np.ndarray, np.ndarray]:
    """Logits [n, columns] and embeddings [n, 128] with all leads and all that is known of the patients."""
    model.eval()
    out = []
    for i in range(0, len(records), size):
        ecg = torch.from_numpy(records.signal[i:i + size]).to(DEVICE)
        known = torch.from_numpy(records.known[i:i + size]).to(DEVICE)
        out.append([v.float().cpu().numpy() for v in model(ecg, torch.ones(len(ecg), ecg.shape[1], device=DEVICE), known)])
    return tuple(np.concatenate(v) for v in zip(*out))


def macros(names: list[str], y: np.ndarray, scores: np.ndarray) -> dict:
    """Macro AUROC and AUPRC of targets, statements and superclasses; unknown labels and columns without both classes are left out."""
    found = {"target": [], "statement": [], "superclass": []}
    for k, name in enumerate(names):
        known = ~np.isnan(y[:, k])
        if len(np.unique(y[known, k])) == 2:
            kind = name.split(":")[0] if ":" in name else "target"
            found[kind].append((auroc(y[known, k], scores[known, k]), average_precision(y[known, k], scores[known, k])))
    return {kind: np.mean(v, axis=0).round(4).tolist() for kind, v in found.items()}


@torch.no_grad()
def follow(average: nn.Module, model: nn.Module, decay: float):
    """Exponential moving average of all weights and BatchNorm statistics."""
    for kept, new in zip(average.state_dict().values(), model.state_dict().values()):
        if kept.dtype.is_floating_point:
            kept.lerp_(new, 1 - decay)
        else:
            kept.copy_(new)


def groups(modules: list[nn.Module], rate: float) -> list[dict]:
    """What makes a state space's kernel moves slowly and is not drawn to zero; all else at `rate`, with weight decay."""
    named = [(name.split(".")[-1], p) for module in modules for name, p in module.named_parameters()]
    slow = [p for name, p in named if name in SLOW]
    return [{"params": [p for name, p in named if name not in SLOW], "lr": rate}] + \
        ([{"params": slow, "lr": min(rate, SLOW_RATE), "weight_decay": 0.0}] if slow else [])


def save(what: dict, path: str):
    """All or nothing: a run may be cut off at any time."""
    with open(path + ".new", "wb") as file:
        torch.save(what, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)


def main():
    args = arguments()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    os.makedirs(args.out, exist_ok=True)
    train, watch = load(args.data, args.folds), load(args.data, args.watch)
    targets = supported(read_catalogue(args.catalogue), train)
    names = columns(targets)
    hard = labels(train, targets)
    withheld = set().union(*(t["codes"]["scp"] for t in targets if t["id"] in args.leave_out))
    for k, name in enumerate(names):
        if name in args.leave_out or name.removeprefix("statement:") in withheld:
            hard[:, k] = np.nan
    y, watch_y = torch.from_numpy(hard.astype(np.float32)), labels(watch, targets)
    sentences = Sentences(train, withheld, os.path.join(args.out, "sentences.npz"))
    ecg, known = torch.from_numpy(train.signal), torch.from_numpy(train.known)
    weight = torch.tensor([SUPERCLASS_WEIGHT if n.startswith("superclass:") else 1.0 for n in names], device=DEVICE)

    model, text = make(args.network, len(names), args.shape).to(DEVICE), TextTower().to(DEVICE)
    average, average_text = copy.deepcopy(model), copy.deepcopy(text)
    own = [*model.parameters(), *text.parameters()]
    steps_each = len(ecg) // args.batch
    optimizer = torch.optim.AdamW(groups([model, text], args.rate), weight_decay=0.02, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [group["lr"] for group in optimizer.param_groups], total_steps=args.epochs * steps_each, pct_start=0.15, cycle_momentum=False)
    checkpoint, begun, spent = os.path.join(args.out, "checkpoint.pt"), 0, 0.0
    settings = {k: v for k, v in vars(args).items() if k not in PLACE}
    if os.path.exists(checkpoint):
        saved = torch.load(checkpoint, weights_only=False)
        if saved["settings"] != settings:
            raise SystemExit(f"{checkpoint} was made with {saved['settings']}, not with {settings}")
        for key, part in (("model", model), ("text", text), ("average", average), ("average_text", average_text),
                          ("optimizer", optimizer), ("schedule", schedule)):
            part.load_state_dict(saved[key])
        torch.set_rng_state(saved["random"])
        begun, spent = saved["epoch"], saved["seconds"]
    forward = torch.compile(model.forward_training) if model.compiled else model.forward_training
    print(f"{len(ecg)} records, {len(targets)} targets, {len(names)} columns, {sum(p.numel() for p in model.parameters())} parameters", flush=True)
    start = time.time() - spent
    for epoch in range(begun, args.epochs):
        model.train()
        order, total = torch.randperm(len(ecg)), np.zeros(3)
        for i in range(steps_each):
            rows = order[i * args.batch:(i + 1) * args.batch]
            x, goal, who = (part[rows].to(DEVICE) for part in (ecg, y, known))
            if args.mixup > 0:
                x, goal, who = mixup(x, goal, who, args.mixup)
            x, mask = augment(x)
            who, sentence = unknown_patients(who), sentences.drawn(rows).to(DEVICE)
            with torch.autocast(DEVICE, torch.bfloat16):
                logits, first, second = forward(x, mask, who)
            taught = masked_bce(logits.float(), goal, weight)
            same = (sentences.says[rows].unsqueeze(1) == sentences.says[rows]).float().to(DEVICE)
            cross = alignment(first.float(), text(sentence), text.scale(), same)
            uni = alignment(first.float(), second.float(), text.scale(), torch.eye(len(x), device=DEVICE))
            loss = taught + CROSS_MODAL * cross + UNI_MODAL * uni
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(own, 1.0)
            optimizer.step()
            schedule.step()
            decay = min(args.average, (1 + epoch * steps_each + i) / (10 + epoch * steps_each + i))
            follow(average, model, decay)
            follow(average_text, text, decay)
            total += taught.item(), cross.item(), uni.item()
        line = f"epoch {epoch + 1} loss {(total / steps_each).round(4).tolist()} {time.time() - start:.0f} s"
        if (epoch + 1) % args.watch_each == 0 or epoch + 1 == args.epochs:
            line += f" {json.dumps(macros(names, watch_y, predict(average, watch)[0]))}"
        print(line, flush=True)
        save({"model": model.state_dict(), "text": text.state_dict(), "average": average.state_dict(),
              "average_text": average_text.state_dict(), "optimizer": optimizer.state_dict(),
              "schedule": schedule.state_dict(), "random": torch.get_rng_state(), "epoch": epoch + 1,
              "seconds": time.time() - start, "settings": settings}, checkpoint)
    features = views(average, ecg, known)
    average.cpu()
    refit(average.head, features, y)
    finish(average, average_text, features, train, sentences, withheld)
    save({"state": average.state_dict(), "text": average_text.state_dict(), "targets": [t["id"] for t in targets],
          "columns": names, "network": args.network, "shape": args.shape, "epochs": args.epochs, "seed": args.seed,
          "leaveOut": args.leave_out, "folds": args.folds, "seconds": round(time.time() - start)},
         os.path.join(args.out, "encoder.pt"))
    with open(os.path.join(args.out, "figures.json"), "w") as file:
        json.dump({"run": {"seed": args.seed, "epochs": args.epochs}, "macros": macros(names, watch_y, predict(average.to(DEVICE), watch)[0])}, file)


if __name__ == "__main__":
    main()
