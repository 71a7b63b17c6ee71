"""Draws checkpoints with what trainers keep beside their weights.

    draw_side_data.py FOLDER

Every file has the same two tensors under `conv1.weight` and `new_fc.weight`; a running mean of them
is one larger.
"""
import argparse
import collections
import datetime
import enum
import functools
import pathlib
import random
import sys

import numpy
import torch

folder = sys.argv[1]


class CfgNode(dict):
    """As yacs has it: a dict with attributes."""


class DictConfig:
    """As OmegaConf has it: the content is an attribute."""


class Meter:
    __slots__ = ("sum", "count")


class Kept(list):
    pass


class Mode(enum.Enum):
    TRAIN = 1


class Old(tuple):
    def __getnewargs_ex__(self):
        return ((1, 2),), {"x": 3}

    def __new__(cls, items, x=0):
        return super().__new__(cls, items)


def cfg():
    node = CfgNode(LR=0.1, MODEL=CfgNode(NAME="tsm", DEPTHS=[3, 4]))
    node.frozen = True
    return node


def omega():
    node = DictConfig()
    node._content = {"lr": 0.1, "weight": torch.ones(2, 2)}
    return node


def meter():
    one = Meter()
    one.sum, one.count = 3.5, 4
    return one


net = torch.nn.Sequential(collections.OrderedDict(conv1=torch.nn.Conv2d(3, 4, 3, bias=False),
                                                  new_fc=torch.nn.Linear(4, 5, bias=False)))
with torch.no_grad():
    for parameter in net.parameters():
        parameter.copy_(torch.arange(parameter.numel()).reshape(parameter.shape))
state = net.state_dict()
ema = {name: tensor + 1 for name, tensor in state.items()}
optimizer = torch.optim.AdamW(net.parameters())
net.new_fc(torch.ones(4)).sum().backward()
optimizer.step()
with torch.no_grad():
    for parameter in net.parameters():
        parameter.copy_(torch.arange(parameter.numel()).reshape(parameter.shape))

beside = {
    "namespace": argparse.Namespace(lr=0.1, mode=Mode.TRAIN, out=pathlib.Path("/x")),
    "path": pathlib.PurePosixPath("/x/y"),
    "windows": pathlib.PureWindowsPath("c:/x"),
    "time": datetime.datetime(2024, 5, 6, tzinfo=datetime.timezone.utc),
    "took": datetime.timedelta(seconds=3),
    "cfg": cfg(),
    "omega": omega(),
    "meter": meter(),
    "kept": Kept([1, 2]),
    "old": Old((1, 2)),
    "optimizer": optimizer.state_dict(),
    "scheduler": torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 3).state_dict(),
    "lambda": functools.partial(int, base=2),
    "function": random.random,
    "rng": {"torch": torch.get_rng_state(), "numpy": numpy.random.get_state(), "python": random.getstate()},
    "generator": numpy.random.default_rng(3),
    "random": random.Random(3),
    "confusion": torch.ones(5, 5),
    "confusion_numpy": numpy.ones((5, 5)),
    "counts": collections.Counter("abca"),
    "queue": collections.deque([1, 2], maxlen=3),
    "pairs": collections.defaultdict(list, {"a": [1]}),
    "complex": 1j,
    "range": range(3),
    "slice": slice(1, 2),
    "phase": torch.ones(2, 2, dtype=torch.complex64),
    "masked": numpy.ma.masked_array([1.0, 2.0], [True, False]),
    "record": numpy.zeros(2, dtype=[("a", "f4"), ("b", "i4")]),
    "moment": numpy.array(["2024-05-06"], dtype="datetime64[D]"),
    "words": numpy.array(["a", "bc"]),
    "objects": numpy.array([None, pathlib.Path("x")], dtype=object),
    "number": numpy.float64(0.5),
    "dtype": torch.complex64,
    "device": torch.device("cuda:0"),
    "size": torch.Size([1, 2]),
    "sparse": torch.ones(2, 2).to_sparse(),
    "parameter": torch.nn.Parameter(torch.ones(2, 2)),
    "model_ema": ema,
}
for name, value in beside.items():
    torch.save({name: value, "state_dict": state}, f"{folder}/beside-{name}.pth")
torch.save({**beside, "state_dict": state}, folder + "/beside-all.pth", pickle_protocol=4)
del beside["phase"]
torch.save({**beside, "state_dict": state}, folder + "/beside-all-legacy.pth", _use_new_zipfile_serialization=False)

torch.save({"rng": torch.get_rng_state(), "confusion": torch.ones(5, 5), "generator": state,
            "optimizer": {"conv1.weight": state["conv1.weight"]}}, folder + "/found-unknown-key.pth")
torch.save({"checkpoint": {"state_dict": state, "epoch": 3}}, folder + "/found-nested.pth")
torch.save({"model": {"state_dict": state, "ema": ema, "args": argparse.Namespace()}}, folder + "/found-inner.pth")
torch.save(CfgNode(state_dict=CfgNode(state)), folder + "/found-odd-dicts.pth")
torch.save({**state, "_extra": argparse.Namespace(), "mean": torch.zeros(3)}, folder + "/top.pth")
torch.save({"ema": {"module": ema, "decay": 0.99}}, folder + "/average-nested.pth")
torch.save({"student": state, "teacher": ema}, folder + "/several.pth")
torch.save({"model": net, "epoch": 3}, folder + "/object.pth")
torch.save(net, folder + "/whole.pth")
