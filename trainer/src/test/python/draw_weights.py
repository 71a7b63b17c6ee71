"""Draws weight files as the tools of others leave them, and beside each what is in it.

    draw_weights.py FOLDER NAMES

NAMES is a JSON object: {"torchvision": {name: shape}, "caffe2": {...}, "reference": {...}}. For every
file X the list X.json holds [name, dtype, shape, values] of each tensor, row-major.
"""
import collections
import json
import pickle
import sys

import numpy
import torch

folder = sys.argv[1]
names = json.load(open(sys.argv[2]))


def value(name, shape):
    generator = torch.Generator().manual_seed(sum(name.encode()) * 31 + len(name))
    return torch.randn(shape, generator=generator)


def listed(path, tensors):
    rows = []
    for name, tensor in tensors.items():
        if isinstance(tensor, numpy.ndarray):
            tensor = torch.as_tensor(numpy.array(tensor, order="C"))
        rows.append([name, str(tensor.dtype).replace("torch.", ""), list(tensor.shape),
                     [float(x) for x in tensor.detach().double().reshape(-1)]])
    json.dump(rows, open(path + ".json", "w"))


def state(which):
    return collections.OrderedDict((name, value(name, shape)) for name, shape in names[which].items())


def torchvision():
    tensors = state("torchvision")
    torch.save(tensors, folder + "/resnet-zip.pth")
    listed(folder + "/resnet-zip.pth", tensors)
    torch.save(tensors, folder + "/resnet-legacy.pth", _use_new_zipfile_serialization=False)
    listed(folder + "/resnet-legacy.pth", tensors)
    for protocol in (3, 4):
        torch.save(tensors, f"{folder}/resnet-p{protocol}.pth", pickle_protocol=protocol)
        listed(f"{folder}/resnet-p{protocol}.pth", tensors)


def pyslowfast():
    tensors = state("reference")
    checkpoint = {"epoch": 196, "model_state": tensors, "optimizer_state": {"state": {}, "param_groups": []},
                  "cfg": "MODEL:\n  ARCH: slowfast\n" * 200}
    torch.save(checkpoint, folder + "/SLOWFAST_8x8_R50.pyth")
    listed(folder + "/SLOWFAST_8x8_R50.pyth", tensors)


def caffe2():
    blobs = collections.OrderedDict((name, value(name, shape).numpy()) for name, shape in names["caffe2"].items())
    extended = dict(blobs)
    extended["lr"] = numpy.float32(0.1)
    extended["model_iter"] = numpy.array([7], dtype="i8")
    for name in list(blobs)[:3]:
        extended[name + "_momentum"] = blobs[name]
    for protocol in range(6):
        path = f"{folder}/caffe2-p{protocol}.pkl"
        with open(path, "wb") as file:
            pickle.dump({"blobs": extended}, file, protocol)
        listed(path, blobs)
    # As Python 2 writes it: an array's bytes are a plain string.
    class Python2(pickle._Pickler):
        dispatch = dict(pickle._Pickler.dispatch)

        def save_bytes(self, data):
            if len(data) < 256:
                self.write(pickle.SHORT_BINSTRING + bytes([len(data)]) + data)
            else:
                self.write(pickle.BINSTRING + len(data).to_bytes(4, "little") + data)
            self.memoize(data)

        dispatch[bytes] = save_bytes

        def save_str(self, text):
            self.save_bytes(text.encode())

        dispatch[str] = save_str

    path = folder + "/caffe2-python2.pkl"
    with open(path, "wb") as file:
        Python2(file, 2).dump({"blobs": dict(blobs)})
    listed(path, blobs)


def numpy_kinds():
    arrays = {}
    for code in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "b1"):
        arrays["kind_" + code] = (numpy.arange(6).reshape(2, 3) - (0 if code in ("u1", "b1") else 2)).astype(code)
    arrays["columns"] = numpy.asfortranarray(numpy.arange(12.0).reshape(3, 4))
    arrays["scalar"] = numpy.array(2.5, "f4")
    arrays["empty"] = numpy.zeros((0, 3), "f4")
    kept = dict(arrays)
    arrays["words"] = numpy.array(["a", "bc"])
    arrays["objects"] = numpy.array([None, 3], dtype=object)
    arrays["other_end"] = numpy.arange(3, dtype=">f4")
    for protocol in (0, 2, 4, 5):
        path = f"{folder}/numpy-p{protocol}.pkl"
        with open(path, "wb") as file:
            pickle.dump({"weights": arrays, "best": numpy.float64(0.5)}, file, protocol)
        listed(path, kept)


class Small(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.features = torch.nn.Sequential(torch.nn.Conv3d(3, 4, 3, bias=False), torch.nn.BatchNorm3d(4))
        self.head = torch.nn.Linear(4, 5)
        self.register_buffer("mean", torch.tensor([0.45, 0.45, 0.45]))

    def forward(self, clips):
        return self.head(self.features(clips).mean([2, 3, 4]))


def torchscript():
    torch.manual_seed(0)
    net = Small()
    torch.jit.script(net).save(folder + "/script.pt")
    listed(folder + "/script.pt", net.state_dict())
    net.half()
    net.features[1].num_batches_tracked.fill_(3)
    torch.jit.script(net).save(folder + "/script-half.pt")
    listed(folder + "/script-half.pt", net.state_dict())


torchvision()
pyslowfast()
caffe2()
numpy_kinds()
torchscript()
