"""The network; src/grade/waves/network.ts runs it in whole numbers."""
import torch.nn as nn
import torch.nn.functional as F
import torch

LARGE = dict(front=12, channels=(16, 20, 24, 28), front_width=11)
SMALL = dict(front=8, channels=(8, 12, 16, 20), front_width=9)
WIDTH = 5
OUTPUTS = 4


class WaveNetwork(nn.Module):
    """[batch, leads, time] at 125 Hz, unit RMS over all leads -> logits [batch, 4, time] (P, QRS, T, beat)."""

    def __init__(self, front, channels, front_width):
        super().__init__()
        pad = WIDTH // 2
        self.front = nn.Conv1d(1, front, front_width, stride=2, padding=front_width // 2)
        self.down = nn.ModuleList()
        for i, width in enumerate(channels):
            first = nn.Conv1d(channels[i - 1] if i else 2 * front, width, WIDTH, stride=2 if i else 1, padding=pad)
            self.down.append(nn.ModuleList([first, nn.Conv1d(width, width, WIDTH, padding=pad)]))
        self.up = nn.ModuleList(
            nn.ModuleList([nn.Conv1d(coarse, fine, 1), nn.Conv1d(fine, fine, WIDTH, padding=pad)])
            for coarse, fine in zip(channels[:0:-1], channels[-2::-1]))
        self.head = nn.Conv1d(channels[0], 2 * OUTPUTS, 3, padding=1)

    def forward(self, x):
        batch, leads, time = x.shape
        each = F.relu(self.front(x.reshape(batch * leads, 1, time)))
        each = each.reshape(batch, leads, each.shape[1], -1)
        level = torch.cat([each.mean(1), each.amax(1)], 1)
        levels = []
        for first, second in self.down:
            half = F.relu(first(level))
            level = F.relu(second(half)) + half
            levels.append(level)
        for (narrow, second), fine in zip(self.up, levels[-2::-1]):
            joined = F.interpolate(narrow(level), scale_factor=2, mode='nearest')[..., :fine.shape[-1]] + fine
            level = F.relu(second(F.relu(joined))) + joined
        out = self.head(F.relu(level))
        # Two steps of 125 Hz from each of 62.5 Hz.
        return out.reshape(batch, OUTPUTS, 2, -1).permute(0, 1, 3, 2).reshape(batch, OUTPUTS, -1)[..., :time]
