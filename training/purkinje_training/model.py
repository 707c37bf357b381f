"""The network: a small residual 1-D convolutional net with squeeze-and-excitation."""
import torch
from torch import nn

CHANNELS = (32, 48, 64, 96, 144)
KERNEL = 7
EMBEDDING = 128


class SqueezeExcite(nn.Module):
    """Scales each channel by a gate computed from its mean over time."""

    def __init__(self, channels: int):
        super().__init__()
        self.down = nn.Conv1d(channels, channels // 4, 1)
        self.up = nn.Conv1d(channels // 4, channels, 1)

    def forward(self, x):
        gate = x.mean(dim=2, keepdim=True)
        return x * torch.sigmoid(self.up(torch.relu(self.down(gate))))


class Block(nn.Module):
    """Two convolutions, a gate and a shortcut. Every BatchNorm follows a convolution, so all fold."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        pad = KERNEL // 2
        self.conv1 = nn.Conv1d(inputs, outputs, KERNEL, stride, pad, bias=False)
        self.norm1 = nn.BatchNorm1d(outputs)
        self.conv2 = nn.Conv1d(outputs, outputs, KERNEL, 1, pad, bias=False)
        self.norm2 = nn.BatchNorm1d(outputs)
        self.gate = SqueezeExcite(outputs)
        self.shortcut = None
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Conv1d(inputs, outputs, 1, stride, bias=True)

    def forward(self, x):
        y = torch.relu(self.norm1(self.conv1(x)))
        y = self.gate(self.norm2(self.conv2(y)))
        return torch.relu(y + (x if self.shortcut is None else self.shortcut(x)))


class Encoder(nn.Module):
    """[N, 8, 1000] in mV -> logits [N, targets], embedding [N, 128].

    `auxiliary` further logits are learnt from the same embedding and are not exported.
    """

    def __init__(self, targets: int, auxiliary: int = 0, leads: int = 8):
        super().__init__()
        first = CHANNELS[0]
        self.stem = nn.Conv1d(leads, first, 11, 2, 5, bias=False)
        self.stem_norm = nn.BatchNorm1d(first)
        blocks, width = [], first
        for i, channels in enumerate(CHANNELS):
            blocks += [Block(width, channels, 1 if i == 0 else 2), Block(channels, channels, 1)]
            width = channels
        self.blocks = nn.ModuleList(blocks)
        self.project = nn.Linear(2 * width, EMBEDDING)
        self.dropout = nn.Dropout(0.2)
        self.head = nn.Linear(EMBEDDING, targets)
        self.auxiliary = nn.Linear(EMBEDDING, auxiliary) if auxiliary else None

    def embed(self, x):
        x = torch.relu(self.stem_norm(self.stem(x)))
        for block in self.blocks:
            x = block(x)
        pooled = torch.cat([x.mean(dim=2), x.amax(dim=2)], dim=1)
        return self.project(pooled)

    def forward(self, x):
        embedding = self.embed(x)
        return self.head(torch.relu(embedding)), embedding

    def forward_training(self, x):
        """Logits of the targets and, after them, of the auxiliary statements."""
        hidden = self.dropout(torch.relu(self.embed(x)))
        return torch.cat([self.head(hidden), self.auxiliary(hidden)], dim=1)
