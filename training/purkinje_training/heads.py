"""The heads fitted again, with an L2 penalty, on features that no longer change; what ships is the mean of both fits."""
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

PENALTY = 3e-4
STEPS = 60


def refit(head: torch.nn.Linear, features: torch.Tensor, labels: torch.Tensor):
    """`features` [views, n, width], `labels` [n, columns] with NaN for unknown; changes `head` in place."""
    x = features.flatten(0, 1)
    mean, spread = x.mean(dim=0), x.std(dim=0) + 1e-6
    x = (x - mean) / spread
    y = labels.repeat(len(features), 1)
    known = ~torch.isnan(y)
    y = torch.nan_to_num(y)
    weight = torch.zeros(labels.shape[1], x.shape[1], requires_grad=True)
    bias = torch.full((labels.shape[1],), -3.0, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=STEPS, history_size=10, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        each = binary_cross_entropy_with_logits(x @ weight.T + bias, y, reduction="none") * known
        loss = (each.sum(dim=0) / known.sum(dim=0).clamp(min=1)).sum() + PENALTY * (weight ** 2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    with torch.no_grad():
        again = weight / spread
        head.weight.copy_((head.weight + again) / 2)
        head.bias.copy_((head.bias + bias - again @ mean) / 2)
