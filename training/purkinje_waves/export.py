"""Network -> src/grade/waves/weights.ts (whole numbers), and a golden file that holds its answers in floating point."""
import base64
import json
import math

import numpy as np
import torch

from .augment import unit
from .recordings import HZ

# One is told in these parts: inputs, activations.
INPUT_UNIT, UNIT = 512, 128
WEIGHT_MAX = 1023

HEAD = '''/** The network's layers as they were taught: made by `training/waves.sh`, not by hand. */

/** Part, inputs, outputs, width, stride, shift, rectified. */
export const LAYERS: readonly (readonly ['front' | 'down' | 'up' | 'head', number, number, number, number, number, boolean])[] = [
'''
BODY = '''];

/** Layer by layer: weights [width][inputs][outputs] as int16, then biases as int32, little-endian. */
export const BYTES =
'''


def quantised(conv, input_unit, order):
    """(weights [width, inputs, outputs], bias, shift): the largest power of two that keeps every weight within ±1023."""
    weight, bias = conv.weight.detach().numpy()[order], conv.bias.detach().numpy()[order]
    power = min(14, math.floor(math.log2(WEIGHT_MAX / np.abs(weight).max())))
    whole = np.round(weight * 2 ** power).astype(np.int16)
    return whole.transpose(2, 1, 0), np.round(bias * input_unit * 2 ** power).astype(np.int32), power + int(math.log2(input_unit // UNIT))


def write_weights(network, path):
    layers = [('front', network.front, INPUT_UNIT, True)]
    for first, second in network.down:
        layers += [('down', first, UNIT, True), ('down', second, UNIT, True)]
    for narrow, second in network.up:
        layers += [('up', narrow, UNIT, False), ('up', second, UNIT, True)]
    layers.append(('head', network.head, UNIT, False))
    lines, blob = [], b''
    for part, conv, input_unit, rectified in layers:
        # The head's two half steps one after the other, each with its four channels.
        order = [channel * 2 + half for half in range(2) for channel in range(conv.out_channels // 2)] if part == 'head' else slice(None)
        weight, bias, shift = quantised(conv, input_unit, order)
        width, inputs, outputs = weight.shape
        lines.append(f"  ['{part}', {inputs}, {outputs}, {width}, {conv.stride[0]}, {shift}, {str(rectified).lower()}],\n")
        blob += weight.astype('<i2').tobytes() + bias.astype('<i4').tobytes()
    with open(path, 'w') as file:
        file.write(HEAD + ''.join(lines) + BODY + f"  '{base64.b64encode(blob).decode()}';\n")


def write_golden(network, path):
    """A made-up rhythm in three leads, as the network takes it, and its logits every 25 steps."""
    t = np.arange(1249) / HZ
    phase = (t % 0.83) - 0.3
    bump = lambda at, width, height: height * np.exp(-0.5 * ((phase - at) / width) ** 2)
    beat = bump(-0.16, 0.022, 0.12) + bump(-0.02, 0.008, -0.1) + bump(0, 0.011, 1) + bump(0.028, 0.01, -0.2) + bump(0.27, 0.05, 0.3)
    noise = np.random.default_rng(1).normal(0, 0.01, (3, len(t)))
    rows = np.round(unit(beat[None] * np.array([[1.0], [-0.4], [0.7]]) + noise) * INPUT_UNIT).astype(int)
    with torch.no_grad():
        logits = network(torch.tensor(rows / INPUT_UNIT)[None].float())[0].numpy()
    with open(path, 'w') as file:
        json.dump(dict(rows=rows.tolist(), every=25, logits=np.round(logits[:, ::25], 3).tolist()), file)
