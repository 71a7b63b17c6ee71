"""Saves TSM-ResNets as TorchScript, in float32 and with bfloat16 inside.

    export.py FOLDER SIZE FRAMES CLASSES      SIZE is 50 or narrow

Writes FOLDER/float32.pt and FOLDER/bf16.pt with equal weights, which are float32 in both. In the second one,
convolutions take and give bfloat16 (their weights are rounded on the way in, and gradients reach the float32 ones);
batch normalisation keeps float32 scales and statistics; the classifier computes in float32.
"""
import sys

import torch
from torch import nn
from torch.nn import functional

folder, size, frames, classes = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])


class Convolution(nn.Module):
    def __init__(self, half: bool, inputs: int, outputs: int, kernel: int, stride: int):
        super().__init__()
        self.half_precision, self.stride, self.padding = half, stride, kernel // 2
        # Named and drawn as nn.Conv2d's.
        self.weight = nn.Parameter(nn.Conv2d(inputs, outputs, kernel, bias=False).weight.detach().clone())

    def forward(self, x):
        weight = self.weight.to(torch.bfloat16) if self.half_precision else self.weight
        return functional.conv2d(
            x, weight.contiguous(memory_format=torch.channels_last), stride=self.stride, padding=self.padding)


def shift(x, segments: int):
    """On [rows*T,C,H,W] whose channels lie innermost."""
    clips = x.permute(0, 2, 3, 1)
    shape = clips.shape
    clips = clips.reshape(-1, segments, shape[1] * shape[2], shape[3])
    fold = shape[3] // 8
    following = functional.pad(clips[..., :fold], [0, 0, 0, 0, -1, 1])
    previous = functional.pad(clips[..., fold:2 * fold], [0, 0, 0, 0, 1, -1])
    return torch.cat([following, previous, clips[..., 2 * fold:]], 3).reshape(shape).permute(0, 3, 1, 2)


class Block(nn.Module):
    def __init__(self, half: bool, inputs: int, width: int, expansion: int, stride: int, segments: int):
        super().__init__()
        self.segments = segments
        outputs = width * expansion
        if expansion == 1:
            sizes = [(inputs, width, 3, stride), (width, width, 3, 1)]
        else:
            sizes = [(inputs, width, 1, 1), (width, width, 3, stride), (width, outputs, 1, 1)]
        self.first = nn.Sequential(Convolution(half, *sizes[0]), nn.BatchNorm2d(sizes[0][1]), nn.ReLU())
        rest = []
        for shape in sizes[1:]:
            rest += [Convolution(half, *shape), nn.BatchNorm2d(shape[1]), nn.ReLU()]
        self.rest = nn.Sequential(*rest[:-1])
        self.downsample = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                Convolution(half, inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return functional.relu(self.rest(self.first(shift(x, self.segments))) + self.downsample(x))


class Tsm(nn.Module):
    def __init__(self, half: bool):
        super().__init__()
        narrow = size == "narrow"
        width, kernel, expansion = (16, 5, 1) if narrow else (64, 7, 4)
        self.half_precision, self.segments = half, frames
        self.stem = nn.Sequential(Convolution(half, 3, width, kernel, 2), nn.BatchNorm2d(width), nn.ReLU())
        self.pool = nn.Identity() if narrow else nn.MaxPool2d(3, 2, 1)
        blocks, inputs = [], width
        for stage, count in enumerate((2, 2, 2, 2) if narrow else (3, 4, 6, 3)):
            for i in range(count):
                stride = 2 if stage and not i else 1
                blocks.append(Block(half, inputs, width << stage, expansion, stride, frames))
                inputs = (width << stage) * expansion
        self.blocks = nn.Sequential(*blocks)
        self.classifier = nn.Linear(inputs, classes)

    def forward(self, clips):
        pictures = clips.transpose(1, 2).flatten(0, 1)
        if self.half_precision:
            pictures = pictures.to(torch.bfloat16)
        pictures = pictures.contiguous(memory_format=torch.channels_last)
        features = self.blocks(self.pool(self.stem(pictures))).float().mean([2, 3])
        return self.classifier(features).view(-1, self.segments, self.classifier.out_features).mean(1)


for name, half in (("float32", False), ("bf16", True)):
    torch.manual_seed(0)
    torch.jit.script(Tsm(half)).save(f"{folder}/{name}.pt")
