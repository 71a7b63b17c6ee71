"""The authors' SwapMix in PyTorch from uint8 pixels, on one thread: agreement first, then seconds.

swapmix.py FOLDER F16_TOLERANCE WEIGHT...   prints JSON {"version", "u8_seconds", "f16_seconds"}
"""
import json
import statistics
import sys
import time

import numpy
import torch

torch.set_num_threads(1)
folder, tolerance = sys.argv[1], float(sys.argv[2])
weight = torch.tensor([float(w) for w in sys.argv[3:]])
clips = len(weight)
shape = (clips, 8, 224, 224, 3)


def read(name, dtype):
    return torch.from_numpy(numpy.fromfile(folder + "/" + name, dtype).reshape(shape))


frames = read("frames.u8", numpy.uint8)
mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 1, 3, 1, 1)
std = torch.tensor([0.229, 0.224, 0.225]).view(1, 1, 3, 1, 1)
order = [1, 2, 0]


def mixed():
    """Normalised values [N,T,3,H,W], as a data loader and the reference's training loop make them."""
    x = frames.permute(0, 1, 4, 2, 3).float().div(255).sub(mean).div(std)
    lam = weight.view(-1, 1, 1, 1, 1)
    return x * lam + x[:, :, order] * (1 - lam)


def half():
    return mixed().half()


def pixels():
    return mixed().mul(std).add(mean).mul(255).round().clamp(0, 255).to(torch.uint8)


def require(name, ours, theirs, bound):
    worst = 0
    for clip in range(clips):
        difference = ours[clip].float() - theirs[clip].permute(0, 2, 3, 1).float()
        worst = max(worst, difference.abs().max().item())
    if worst > bound:
        sys.exit("%s differs from PyTorch's by %g" % (name, worst))


require("the f16 half", read("halves.f16", numpy.float16), mixed(), tolerance)
# Where a value lies half way between two pixels either may be right in float32.
require("the u8 half", read("pixels.u8", numpy.uint8), pixels(), 1)


def seconds(work):
    work()
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


print(json.dumps({"version": torch.__version__, "u8_seconds": seconds(pixels), "f16_seconds": seconds(half)}))
