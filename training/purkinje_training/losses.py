"""What the network is taught by: labels with gaps, and agreement between signal and text and between two views."""
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, normalize


def masked_bce(logits: torch.Tensor, labels: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Mean over known labels; NaN is unknown and teaches nothing."""
    known = ~torch.isnan(labels)
    loss = binary_cross_entropy_with_logits(logits, torch.nan_to_num(labels), weight=weight.expand_as(labels), reduction="none")
    return (loss * known).sum() / known.sum()


def alignment(a: torch.Tensor, b: torch.Tensor, scale: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
    """Symmetric InfoNCE (Oord et al. 2018) of rows [N, D]. `same` [N, N]: pairs that say the same are all right answers."""
    similarity = scale * normalize(a, dim=1) @ normalize(b, dim=1).T
    goal = same / same.sum(dim=1, keepdim=True)
    return (cross_entropy(similarity, goal) + cross_entropy(similarity.T, goal)) / 2
