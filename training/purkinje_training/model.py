"""The networks: a small residual 1-D convolutional net with squeeze-and-excitation, and a hybrid of its first half with
state spaces; heads, and a joint embedding."""
import torch
from torch import nn
from torch.nn.functional import normalize

from .state_space import StateSpaceBlock

CHANNELS = (32, 48, 64, 96, 120)
FRONT = (32, 48)
LEADS = 8
KERNEL = 7
EMBEDDING = 128
TEXT = 384


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


class Network(nn.Module):
    """What all encoders share. ecg [N, 8, 1000] in mV, mask [N, 8], known [N, 2] -> logits [N, columns], embedding [N, 128].

    The heads are linear in the pooled features, so that a class-activation map is exact (see `saliency`). A network says how
    many `steps` its map has, and whether it learns faster `compiled` (a spectrum in between does not).
    """

    steps: int
    compiled: bool

    def __init__(self, columns: int, channels: tuple[int, ...], patient: int, pooled: int, dropout: float):
        super().__init__()
        first = channels[0]
        self.stem = nn.Conv1d(LEADS, first, 11, 2, 5, bias=False)
        self.stem_norm = nn.BatchNorm1d(first)
        self.presence = nn.Linear(LEADS, first)
        blocks, width = [], first
        for i, channel in enumerate(channels):
            blocks += [Block(width, channel, 1 if i == 0 else 2), Block(channel, channel, 1)]
            width = channel
        self.blocks = nn.ModuleList(blocks)
        self.patient = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, patient))
        self.project = nn.Sequential(nn.Linear(pooled, EMBEDDING), nn.ReLU(), nn.Linear(EMBEDDING, EMBEDDING))
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(pooled, columns)

    def front(self, ecg, mask):
        """[N, channels[0], 500]: at 50 Hz, with a mask of the leads that are present."""
        x = self.stem_norm(self.stem(ecg * mask.unsqueeze(2)))
        return torch.relu(x + self.presence(mask).unsqueeze(2))

    def forward(self, ecg, mask, known):
        pooled = self.pool(self.features(ecg, mask, known))
        return self.head(pooled), normalize(self.project(pooled), dim=1)

    def forward_training(self, ecg, mask, known):
        """Logits, and two embeddings of the same record under two dropouts (the uni-modal pair)."""
        pooled = self.pool(self.features(ecg, mask, known))
        first, second = self.dropout(pooled), self.dropout(pooled)
        return self.head(first), self.project(first), self.project(second)

    def unroll(self):
        """Makes of itself what is served, in place. Nothing to do where all is plain convolutions."""


class Encoder(Network):
    """Residual throughout, down to 32 steps; mean and maximum over time."""

    steps = 32
    compiled = True

    def __init__(self, columns: int, channels: tuple[int, ...] = CHANNELS, dropout: float = 0.25):
        super().__init__(columns, channels, channels[-2], 2 * channels[-1], dropout)

    def features(self, ecg, mask, known):
        """[N, channels, 32]: one column of features for each of 32 steps in time."""
        x = self.front(ecg, mask)
        for i, block in enumerate(self.blocks):
            if i == len(self.blocks) - 2:
                x = x + self.patient(known).unsqueeze(2)
            x = block(x)
        return x

    @staticmethod
    def pool(features):
        return torch.cat([features.mean(dim=2), features.max(dim=2).values], dim=1)


class Hybrid(Network):
    """Residual down to 25 Hz, halved once more for each further channel, then state spaces that see five seconds to either
    side; mean over time."""

    compiled = False

    def __init__(self, columns: int, channels: tuple[int, ...] = FRONT, width: int = 128, depth: int = 4, dropout: float = 0.25):
        super().__init__(columns, channels, width, width, dropout)
        self.steps = 500 >> (len(channels) - 1)
        self.lift = nn.Conv1d(channels[-1], width, 1)
        self.body = nn.ModuleList(StateSpaceBlock(width, reach=self.steps // 2) for _ in range(depth))

    def features(self, ecg, mask, known):
        """[N, width, steps]."""
        x = self.front(ecg, mask)
        for block in self.blocks:
            x = block(x)
        x = self.lift(x) + self.patient(known).unsqueeze(2)
        for block in self.body:
            x = block(x)
        return x

    @staticmethod
    def pool(features):
        return features.mean(dim=2)

    def unroll(self):
        for block in self.body:
            block.unroll()


NETWORKS = {"residual": Encoder, "hybrid": Hybrid}


def make(network: str, columns: int, shape: dict) -> Network:
    """`shape`: the keyword arguments that give the network its size."""
    return NETWORKS[network](columns, **shape)


def restore(saved: dict) -> Network:
    """The trained network of an `encoder.pt`."""
    model = make(saved["network"], len(saved["columns"]), saved["shape"])
    model.load_state_dict(saved["state"])
    return model.eval()


class TextTower(nn.Module):
    """Sentence embeddings [N, 384] -> the joint space [N, 128]; with the temperature both sides share."""

    def __init__(self):
        super().__init__()
        self.project = nn.Sequential(nn.Linear(TEXT, 256), nn.ReLU(), nn.Linear(256, EMBEDDING))
        self.log_scale = nn.Parameter(torch.tensor(2.66))

    def forward(self, text):
        return normalize(self.project(text), dim=1)

    def scale(self):
        return self.log_scale.clamp(max=4.6).exp()


def saliency(features: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Class-activation map [N, targets, steps] of a head that is linear in the mean, or in mean and maximum.

    `features` [N, channels, steps], `weight` [targets, channels] or [targets, 2 * channels]. A step's share of the mean is
    its value over the number of steps; the maximum belongs to the step that has it. The steps of a target sum to its logit
    less the head's bias (Zhou et al. 2016, made exact for both poolings).
    """
    channels, steps = features.shape[1:]
    mean = torch.matmul(weight[:, :channels], features / steps)
    if weight.shape[1] == channels:
        return mean
    own = (features >= features.amax(dim=2, keepdim=True)).to(features.dtype)
    own = own / own.sum(dim=2, keepdim=True)
    return mean + torch.matmul(weight[:, channels:], features * own)
