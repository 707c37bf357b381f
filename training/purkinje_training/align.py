"""The last stage: both projections into the joint space are taught on, over features that no longer change.

The main training keeps the weight of the alignment small, so that it does not cost the heads; the projections alone can take
all of it, in large batches. Two losses: each record with its own text among all others (InfoNCE), and each phrase of a
statement with the records that have it (sigmoid, as in Zhai et al. 2023). Without the second a prompt for one statement is
drowned by texts that tell a whole record.
"""
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, normalize

from .augment import augment, unknown_patients
from .data import Records
from .losses import alignment
from .model import Network, TextTower
from .phrases import PHRASES
from .text import SentenceEncoder

EPOCHS, BATCH, RATE = 15, 512, 1e-3
PHRASE_WEIGHT = 10.0
VIEWS = 2


@torch.no_grad()
def views(model: Network, ecg: torch.Tensor, known: torch.Tensor, size: int = 256) -> torch.Tensor:
    """[VIEWS, n, features]: the records as they are, and as a ward might show them."""
    model.eval()
    device = next(model.parameters()).device
    out = []
    for view in range(VIEWS):
        rows = []
        for i in range(0, len(ecg), size):
            x, who = ecg[i:i + size].to(device), known[i:i + size].to(device)
            mask = torch.ones(len(x), x.shape[1], device=device)
            if view > 0:
                x, mask, who = *augment(x), unknown_patients(who)
            rows.append(model.pool(model.features(x, mask, who)).cpu())
        out.append(torch.cat(rows))
    return torch.stack(out)


def finish(model: Network, text: TextTower, features: torch.Tensor, records: Records, sentences, withheld: set[str]):
    """Teaches `model.project` and `text` in place, on the CPU. Phrases of withheld statements are never told."""
    project, text = model.project, text.cpu().train()
    codes = [code for code in PHRASES if code not in withheld]
    encode = SentenceEncoder()
    phrases = torch.from_numpy(encode([wording.lower() for code in codes for wording in PHRASES[code]])).view(len(codes), 2, -1)
    has = torch.from_numpy(records.columns([[code] for code in codes]))
    log_scale, bias = torch.tensor(2.3, requires_grad=True), torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.AdamW([*project.parameters(), *text.parameters(), log_scale, bias], RATE, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS * (len(has) // BATCH))
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(has)).split(BATCH)[:len(has) // BATCH]:
            own = project(model.dropout.train()(features[torch.randint(VIEWS, (len(rows),)), rows]))
            same = (sentences.says[rows].unsqueeze(1) == sentences.says[rows]).float()
            told = text(phrases[torch.arange(len(codes)), torch.randint(2, (len(codes),))])
            by_phrase = binary_cross_entropy_with_logits(log_scale.exp() * normalize(own, dim=1) @ told.T + bias, has[rows])
            loss = alignment(own, text(sentences.drawn(rows)), text.scale(), same) + PHRASE_WEIGHT * by_phrase
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    text.eval()
