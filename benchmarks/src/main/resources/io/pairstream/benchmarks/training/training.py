"""Training steps of MCA in plain PyTorch, beside which the trainer's own are measured.

    training.py FOLDER THREADS

FOLDER holds spec.json (model, frames, classes, optimizer, parameter groups), start.safetensors (the state dict to
begin with) and pair.safetensors (original and augmented U8 [N,T,H,W,3], labels, mean, std). Then, line by line:

    step RATE       one step at this learning rate: JSON {"seconds", "loss", "cross_entropy", "alignment"}
    compare FILE    how far the state dict is from that file's: JSON {"moved", "buffers"}, relative

The nets are written from the papers (TSM, ICCV 2019; SlowFast, ICCV 2019; UniFormer, ICLR 2022) with the names of the
published state dicts.
"""
import json
import os
import struct
import sys
import time

folder, threads = sys.argv[1], int(sys.argv[2])
# Before torch comes: its libraries read them once.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(threads)

import torch
from torch import nn
from torch.nn import functional

DTYPES = {"F32": torch.float32, "I64": torch.int64, "U8": torch.uint8}


def load(path):
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    tensors = {}
    for name, entry in json.loads(data[8:8 + length]).items():
        if name != "__metadata__":
            begin, end = (8 + length + offset for offset in entry["data_offsets"])
            tensor = torch.frombuffer(bytearray(data[begin:end]), dtype=DTYPES[entry["dtype"]])
            tensors[name] = tensor.reshape(entry["shape"])
    return tensors


# TSM: a ResNet over frames, shifted in time before the first convolution of each block.

def shift(x, segments):
    clips = x.view(-1, segments, *x.shape[1:])
    fold = clips.shape[2] // 8
    moved = torch.zeros_like(clips)
    moved[:, :-1, :fold] = clips[:, 1:, :fold]
    moved[:, 1:, fold:2 * fold] = clips[:, :-1, fold:2 * fold]
    moved[:, :, 2 * fold:] = clips[:, :, 2 * fold:]
    return moved.view(x.shape)


class FrameBlock(nn.Module):
    def __init__(self, inputs, width, stride, segments):
        super().__init__()
        self.segments = segments
        self.conv1, self.bn1 = nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = nn.Conv2d(width, 4 * width, 1, bias=False), nn.BatchNorm2d(4 * width)
        self.downsample = None
        if stride != 1 or inputs != 4 * width:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, 4 * width, 1, stride, bias=False), nn.BatchNorm2d(4 * width))

    def forward(self, x):
        y = functional.relu(self.bn1(self.conv1(shift(x, self.segments))), inplace=True)
        y = functional.relu(self.bn2(self.conv2(y)), inplace=True)
        y = self.bn3(self.conv3(y))
        return functional.relu(y + (x if self.downsample is None else self.downsample(x)), inplace=True)


class Backbone(nn.Module):
    def __init__(self, segments):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)
        inputs = 64
        for stage, count in enumerate((3, 4, 6, 3)):
            blocks = []
            for i in range(count):
                blocks.append(FrameBlock(inputs, 64 << stage, 2 if stage and not i else 1, segments))
                inputs = 256 << stage
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))

    def forward(self, x):
        x = functional.relu(self.bn1(self.conv1(x)), inplace=True)
        x = functional.max_pool2d(x, 3, 2, 1)
        return self.layer4(self.layer3(self.layer2(self.layer1(x)))).mean([2, 3])


class Tsm(nn.Module):
    def __init__(self, frames, classes):
        super().__init__()
        self.frames = frames
        self.base_model = Backbone(frames)
        self.new_fc = nn.Linear(2048, classes)

    def forward(self, clips):
        frames = clips.transpose(1, 2).reshape(-1, 3, *clips.shape[3:])
        return self.new_fc(self.base_model(frames)).view(-1, self.frames, self.new_fc.out_features).mean(1)


# SlowFast 8x8 R50.

def volume(inputs, outputs, kernel, stride=(1, 1, 1)):
    return nn.Conv3d(inputs, outputs, kernel, stride, [k // 2 for k in kernel], bias=False)


class Stem(nn.Module):
    def __init__(self, outputs, span):
        super().__init__()
        self.conv, self.bn = volume(3, outputs, (span, 7, 7), (1, 2, 2)), nn.BatchNorm3d(outputs)

    def forward(self, x):
        x = functional.relu(self.bn(self.conv(x)), inplace=True)
        return functional.max_pool3d(x, (1, 3, 3), (1, 2, 2), (0, 1, 1))


class Fusion(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv_f2s = volume(channels, 2 * channels, (7, 1, 1), (4, 1, 1))
        self.bn = nn.BatchNorm3d(2 * channels)

    def forward(self, slow, fast):
        return torch.cat([slow, functional.relu(self.bn(self.conv_f2s(fast)), inplace=True)], 1)


class Branch(nn.Module):
    def __init__(self, inputs, outputs, span, stride):
        super().__init__()
        inner = outputs // 4
        self.a, self.a_bn = volume(inputs, inner, (span, 1, 1)), nn.BatchNorm3d(inner)
        self.b, self.b_bn = volume(inner, inner, (1, 3, 3), (1, stride, stride)), nn.BatchNorm3d(inner)
        self.c, self.c_bn = volume(inner, outputs, (1, 1, 1)), nn.BatchNorm3d(outputs)

    def forward(self, x):
        x = functional.relu(self.a_bn(self.a(x)), inplace=True)
        x = functional.relu(self.b_bn(self.b(x)), inplace=True)
        return self.c_bn(self.c(x))


class VolumeBlock(nn.Module):
    def __init__(self, inputs, outputs, span, stride):
        super().__init__()
        self.branch1 = None
        if inputs != outputs or stride != 1:
            self.branch1 = volume(inputs, outputs, (1, 1, 1), (1, stride, stride))
            self.branch1_bn = nn.BatchNorm3d(outputs)
        self.branch2 = Branch(inputs, outputs, span, stride)

    def forward(self, x):
        shortcut = x if self.branch1 is None else self.branch1_bn(self.branch1(x))
        return functional.relu(shortcut + self.branch2(x), inplace=True)


class SlowFast(nn.Module):
    SPANS = ((1, 1, 1, 3, 3), (5, 3, 3, 3, 3))

    def __init__(self, frames, classes):
        super().__init__()
        self.slow = torch.linspace(0, frames - 1, frames // 4).long()
        widths = [64, 8]
        self.s1 = nn.Module()
        for p in (0, 1):
            setattr(self.s1, f"pathway{p}_stem", Stem(widths[p], self.SPANS[p][0]))
        self.s1_fuse = Fusion(8)
        inputs = [80, 8]
        for stage, count in enumerate((3, 4, 6, 3), 2):
            outputs = [64 << stage, 8 << stage]
            blocks = nn.Module()
            for p in (0, 1):
                for k in range(count):
                    stride = 2 if stage > 2 and not k else 1
                    block = VolumeBlock(outputs[p] if k else inputs[p], outputs[p], self.SPANS[p][stage - 1], stride)
                    setattr(blocks, f"pathway{p}_res{k}", block)
            setattr(self, f"s{stage}", blocks)
            if stage < 5:
                setattr(self, f"s{stage}_fuse", Fusion(outputs[1]))
            inputs = [outputs[0] + 2 * outputs[1], outputs[1]]
        self.head = nn.Module()
        self.head.projection = nn.Linear(2048 + 256, classes)

    def forward(self, clips):
        paths = [clips[:, :, self.slow], clips]
        paths = [getattr(self.s1, f"pathway{p}_stem")(paths[p]) for p in (0, 1)]
        paths[0] = self.s1_fuse(*paths)
        for stage, count in enumerate((3, 4, 6, 3), 2):
            for p in (0, 1):
                for k in range(count):
                    paths[p] = getattr(getattr(self, f"s{stage}"), f"pathway{p}_res{k}")(paths[p])
            if stage < 5:
                paths[0] = getattr(self, f"s{stage}_fuse")(*paths)
        return self.head.projection(torch.cat([x.mean([2, 3, 4]) for x in paths], 1))


# UniFormer-S.

class PatchEmbedding(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride, padding):
        super().__init__()
        self.norm = nn.LayerNorm(outputs)
        self.proj = nn.Conv3d(inputs, outputs, kernel, stride, padding)

    def forward(self, x):
        return self.norm(self.proj(x).permute(0, 2, 3, 4, 1)).permute(0, 4, 1, 2, 3).contiguous()


class Perceptron(nn.Module):
    def __init__(self, channels, layer):
        super().__init__()
        self.fc1, self.fc2 = layer(channels, 4 * channels), layer(4 * channels, channels)

    def forward(self, x):
        return self.fc2(functional.gelu(self.fc1(x)))


def pointwise(inputs, outputs):
    return nn.Conv3d(inputs, outputs, 1)


def depthwise(channels, size):
    return nn.Conv3d(channels, channels, size, padding=size // 2, groups=channels)


class LocalBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.pos_embed = depthwise(channels, 3)
        self.norm1 = nn.BatchNorm3d(channels)
        self.conv1, self.conv2 = pointwise(channels, channels), pointwise(channels, channels)
        self.attn = depthwise(channels, 5)
        self.norm2 = nn.BatchNorm3d(channels)
        self.mlp = Perceptron(channels, pointwise)

    def forward(self, x):
        x = x + self.pos_embed(x)
        x = x + self.conv2(self.attn(self.conv1(self.norm1(x))))
        return x + self.mlp(self.norm2(x))


class Attention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.heads = channels // 64
        self.qkv, self.proj = nn.Linear(channels, 3 * channels), nn.Linear(channels, channels)

    def forward(self, x):
        rows, tokens, channels = x.shape
        q, k, v = self.qkv(x).view(rows, tokens, 3, self.heads, 64).permute(2, 0, 3, 1, 4)
        weights = (q @ k.transpose(-2, -1) * 64 ** -0.5).softmax(-1)
        return self.proj((weights @ v).transpose(1, 2).reshape(rows, tokens, channels))


class GlobalBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.pos_embed = depthwise(channels, 3)
        self.norm1 = nn.LayerNorm(channels, eps=1e-6)
        self.attn = Attention(channels)
        self.norm2 = nn.LayerNorm(channels, eps=1e-6)
        self.mlp = Perceptron(channels, nn.Linear)

    def forward(self, x):
        shape = x.shape
        x = (x + self.pos_embed(x)).flatten(2).transpose(1, 2)
        x = x + self.attn(self.norm1(x))
        x = x + self.mlp(self.norm2(x))
        return x.transpose(1, 2).reshape(shape)


class UniFormer(nn.Module):
    def __init__(self, frames, classes):
        super().__init__()
        inputs = 3
        for stage, (channels, depth) in enumerate(zip((64, 128, 320, 512), (3, 4, 8, 3)), 1):
            patch = ((3, 4, 4), (2, 4, 4), (1, 0, 0)) if stage == 1 else ((1, 2, 2), (1, 2, 2), 0)
            setattr(self, f"patch_embed{stage}", PatchEmbedding(inputs, channels, *patch))
            kind = LocalBlock if stage < 3 else GlobalBlock
            setattr(self, f"blocks{stage}", nn.Sequential(*(kind(channels) for _ in range(depth))))
            inputs = channels
        self.norm = nn.BatchNorm3d(inputs)
        self.head = nn.Linear(inputs, classes)

    def forward(self, x):
        for stage in (1, 2, 3, 4):
            x = getattr(self, f"blocks{stage}")(getattr(self, f"patch_embed{stage}")(x))
        return self.head(self.norm(x).flatten(2).mean(2))


NETS = {"tsm-resnet50": Tsm, "slowfast-8x8-r50": SlowFast, "uniformer-s": UniFormer}


class Training:
    def __init__(self, spec, start, pair):
        self.start, self.pair = start, pair
        self.net = NETS[spec["model"]](spec["frames"], spec["classes"]).train()
        self.net.load_state_dict(start)
        parameters = dict(self.net.named_parameters())
        self.multipliers = [group["rate"] for group in spec["groups"]]
        groups = [{"params": [parameters[name] for name in group["parameters"]], "lr": 1,
                   "weight_decay": spec["weight_decay"] * group["decay"]} for group in spec["groups"]]
        if spec["optimizer"] == "adamw":
            self.optimizer = torch.optim.AdamW(groups)
        else:
            self.optimizer = torch.optim.SGD(groups, lr=1, momentum=0.9, nesterov=spec["optimizer"] == "nesterov")

    def rows(self):
        """Pixels as a data loader makes them: normalised float [rows,3,T,H,W], the originals first."""
        mean, std = (self.pair[name].view(1, 3, 1, 1, 1) for name in ("mean", "std"))
        pixels = torch.cat([self.pair["original"], self.pair["augmented"]])
        return pixels.permute(0, 4, 1, 2, 3).contiguous().float().div_(255).sub_(mean).div_(std)

    def step(self, rate):
        begin = time.perf_counter()
        for group, multiplier in zip(self.optimizer.param_groups, self.multipliers):
            group["lr"] = rate * multiplier
        originals, augmented = self.net(self.rows()).chunk(2)
        cross_entropy = functional.cross_entropy(originals, self.pair["label"])
        alignment = functional.kl_div(
            augmented.log_softmax(1), originals.detach().softmax(1), reduction="batchmean")
        loss = cross_entropy + alignment
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        seconds = time.perf_counter() - begin
        return {"seconds": seconds, "loss": loss.item(), "cross_entropy": cross_entropy.item(),
                "alignment": alignment.item()}

    def compare(self, path):
        """Of all parameters and of all running statistics: the norm of the difference over that of the change."""
        ours, theirs = load(path), self.net.state_dict()
        trained = {name for name, _ in self.net.named_parameters()}
        norms = {}
        for name, tensor in theirs.items():
            kind = "moved" if name in trained else "buffers"
            difference, change = norms.get(kind, (0, 0))
            norms[kind] = (difference + (tensor.double() - ours[name].double()).square().sum().item(),
                           change + (tensor.double() - self.start[name].double()).square().sum().item())
        return {kind: (difference / change) ** 0.5 for kind, (difference, change) in norms.items()}


torch.set_num_threads(threads)
training = Training(
    json.load(open(folder + "/spec.json")), load(folder + "/start.safetensors"), load(folder + "/pair.safetensors"))
print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    command, argument = line.split()
    print(json.dumps(training.step(float(argument)) if command == "step" else training.compare(argument)), flush=True)
