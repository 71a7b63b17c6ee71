"""Draws a file of weights with the names and shapes of torchvision's ResNets (v1 layout).

    draw_resnet.py DEPTH FILE
"""
import sys

import torch
from torch import nn

BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3)}
depth, path = int(sys.argv[1]), sys.argv[2]
expansion = 4 if depth >= 50 else 1


def block(inputs, width, stride):
    sizes = ((1, inputs, width), (3, width, width), (1, width, width * expansion))
    if expansion == 1:
        sizes = ((3, inputs, width), (3, width, width))
    module = nn.Module()
    for i, (kernel, before, after) in enumerate(sizes, 1):
        setattr(module, f"conv{i}", nn.Conv2d(before, after, kernel, bias=False))
        setattr(module, f"bn{i}", nn.BatchNorm2d(after))
    if stride != 1 or inputs != width * expansion:
        module.downsample = nn.Sequential(
            nn.Conv2d(inputs, width * expansion, 1, stride, bias=False), nn.BatchNorm2d(width * expansion))
    return module


torch.manual_seed(depth)
net = nn.Module()
net.conv1 = nn.Conv2d(3, 64, 7, bias=False)
net.bn1 = nn.BatchNorm2d(64)
inputs = 64
for stage, count in enumerate(BLOCKS[depth]):
    blocks = []
    for i in range(count):
        blocks.append(block(inputs, 64 << stage, 2 if stage and not i else 1))
        inputs = (64 << stage) * expansion
    setattr(net, f"layer{stage + 1}", nn.Sequential(*blocks))
net.fc = nn.Linear(inputs, 1000)
state = net.state_dict()
if depth == 34:
    # As the files from before PyTorch 0.4.1.
    for name in [name for name in state if name.endswith("num_batches_tracked")]:
        del state[name]
torch.save(state, path, _use_new_zipfile_serialization=depth != 34)
print("values", sum(p.numel() for p in net.parameters()))
