"""A TSM ResNet in plain PyTorch, built to fit a safetensors file; prints its logits, a clip a line.

    tsm_logits.py FILE.safetensors SEGMENTS INPUT N,T*3,H,W

INPUT holds little-endian float32. The reader of safetensors is this file's own.
"""
import json
import struct
import sys

import torch
from torch import nn
from torch.nn import functional

DTYPES = {"F32": torch.float32, "F64": torch.float64, "F16": torch.float16, "I64": torch.int64}


def load(path):
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = torch.frombuffer(bytearray(data[begin:end]), dtype=DTYPES[entry["dtype"]])
        tensors[name] = tensors[name].reshape(entry["shape"])
    return tensors


def shift(x, segments):
    clips = x.reshape(-1, segments, *x.shape[1:])
    fold = clips.shape[2] // 8
    moved = torch.zeros_like(clips)
    moved[:, :-1, :fold] = clips[:, 1:, :fold]
    moved[:, 1:, fold:2 * fold] = clips[:, :-1, fold:2 * fold]
    moved[:, :, 2 * fold:] = clips[:, :, 2 * fold:]
    return moved.reshape(x.shape)


class Block(nn.Module):
    def __init__(self, shapes, prefix, stride, segments):
        super().__init__()
        self.segments = segments
        self.convolutions = sum(prefix + f"conv{i}.weight" in shapes for i in (1, 2, 3))
        for i in range(1, self.convolutions + 1):
            out, inputs, kernel, _ = shapes[prefix + f"conv{i}.weight"]
            # torchvision's place for the stride: on the first 3x3.
            here = stride if i == self.convolutions - 1 else 1
            setattr(self, f"conv{i}", nn.Conv2d(inputs, out, kernel, here, kernel // 2, bias=False))
            setattr(self, f"bn{i}", nn.BatchNorm2d(out))
        self.downsample = None
        if prefix + "downsample.0.weight" in shapes:
            out, inputs, _, _ = shapes[prefix + "downsample.0.weight"]
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = shift(x, self.segments)
        for i in range(1, self.convolutions + 1):
            y = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(y))
            y = functional.relu(y) if i < self.convolutions else y
        return functional.relu(y + (x if self.downsample is None else self.downsample(x)))


class Backbone(nn.Module):
    def __init__(self, shapes, segments):
        super().__init__()
        out, inputs, kernel, _ = shapes["base_model.conv1.weight"]
        self.pooled = kernel == 7
        self.conv1 = nn.Conv2d(inputs, out, kernel, 2, kernel // 2, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        stage = 1
        while f"base_model.layer{stage}.0.conv1.weight" in shapes:
            blocks = []
            while f"base_model.layer{stage}.{len(blocks)}.conv1.weight" in shapes:
                prefix = f"base_model.layer{stage}.{len(blocks)}."
                blocks.append(Block(shapes, prefix, 2 if stage > 1 and not blocks else 1, segments))
            setattr(self, f"layer{stage}", nn.Sequential(*blocks))
            stage += 1
        self.stages = stage - 1

    def forward(self, x):
        x = functional.relu(self.bn1(self.conv1(x)))
        if self.pooled:
            x = functional.max_pool2d(x, 3, 2, 1)
        for stage in range(1, self.stages + 1):
            x = getattr(self, f"layer{stage}")(x)
        return x.mean([2, 3])


class Tsm(nn.Module):
    def __init__(self, shapes, segments):
        super().__init__()
        self.segments = segments
        self.base_model = Backbone(shapes, segments)
        self.new_fc = nn.Linear(*reversed(shapes["new_fc.weight"]))

    def forward(self, clips):
        frames = clips.reshape(-1, 3, *clips.shape[2:])
        return self.new_fc(self.base_model(frames)).reshape(-1, self.segments, self.new_fc.out_features).mean(1)


path, segments, values, shape = sys.argv[1:]
state = load(path)
net = Tsm({name: tuple(tensor.shape) for name, tensor in state.items()}, int(segments))
print(net.load_state_dict(state, strict=True))
clips = torch.frombuffer(bytearray(open(values, "rb").read()), dtype=torch.float32)
clips = clips.reshape([int(size) for size in shape.split(",")])
with torch.no_grad():
    for row in net.eval()(clips):
        print("logits", *row.tolist())
