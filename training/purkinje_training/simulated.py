"""Heads taught by simulated patients alone, and what such a head is worth on real records."""
import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from .condition import condition
from .data import Records
from .metrics import auroc
from .model import Network

ONLY_SIMULATED = ["dextrocardia", "cardiac-amyloidosis", "ebstein-anomaly", "constrictive-pericarditis"]
"""Simulated condition -> the catalogue target that real records carry too."""
ALSO_REAL = {
    "sinus-bradycardia": "sinus-bradycardia", "sinus-tachycardia": "sinus-tachycardia", "atrial-fibrillation": "atrial-fibrillation",
    "premature-ventricular-complex": "premature-ventricular-complex", "first-degree-av-block": "first-degree-av-block",
    "left-bundle-branch-block": "left-bundle-branch-block", "right-bundle-branch-block": "right-bundle-branch-block",
    "left-ventricular-hypertrophy": "left-ventricular-hypertrophy", "anterior-stemi": "anterior-myocardial-infarction",
    "inferior-stemi": "inferior-myocardial-infarction", "ventricular-preexcitation": "ventricular-preexcitation",
    "low-qrs-voltage": "low-qrs-voltage", "paced-rhythm": "paced-rhythm",
}
OFF_BELOW = 0.80


@torch.no_grad()
def pooled(model: Network, signal: np.ndarray, known: np.ndarray, size: int = 256) -> np.ndarray:
    model.eval()
    return np.concatenate([model.pool(model.features(
        torch.from_numpy(signal[i:i + size]), torch.ones(len(signal[i:i + size]), signal.shape[1]),
        torch.from_numpy(known[i:i + size]))).numpy() for i in range(0, len(signal), size)])


class SimulatedHeads:
    """Logistic heads [pooled] on the frozen features of simulated patients; `path` is the .npz of simulated_patients."""

    def __init__(self, model: Network, path: str):
        packed = np.load(path, allow_pickle=False)
        self.condition = packed["condition"].astype(str)
        signal = condition(packed["signal"].astype(np.float64) * 0.01)
        self.features = pooled(model, signal, np.zeros((len(signal), 2), np.float32))

    def head(self, name: str) -> tuple[np.ndarray, float]:
        """Weight and bias on the raw features: this condition against healthy patients and all other conditions."""
        scaler = StandardScaler().fit(self.features)
        fitted = LogisticRegression(C=0.01, max_iter=500).fit(scaler.transform(self.features), self.condition == name)
        weight = fitted.coef_[0] / scaler.scale_
        return weight.astype(np.float32), float(fitted.intercept_[0] - weight @ scaler.mean_)

    def on_real(self, real: np.ndarray, records: Records, findings: dict[str, dict]) -> dict[str, dict]:
        """AUROC of each head on the pooled features of real records, of which the head has seen none."""
        out = {}
        for name, target in ALSO_REAL.items():
            if not (self.condition == name).any():
                continue
            weight, bias = self.head(name)
            y = records.target(findings[target])
            out[name] = {"target": target, "positives": int(y.sum()), "simulated": int((self.condition == name).sum()),
                         "auroc": auroc(y, real @ weight + bias)}
        return out
