"""Times SwapMix as its authors write it, on normalised float tensors, with PyTorch on a GPU.

    torch_swapmix.py CLIPS DEVICE

From U8 [N,T,H,W,3] on the GPU to a mixed, normalised [N,3,T,H,W], as F32 and as F16: eagerly and
through torch.compile. Prints one line of JSON; exits 3 with a sentence where there is no such GPU.
"""

import json
import statistics
import sys

ROUNDS, WARM_UP, CALLS, SETS = 15, 3, 10, 4


def main():
    clips, device = int(sys.argv[1]), int(sys.argv[2])
    try:
        import torch
    except ImportError:
        print("this Python has no torch")
        return 3
    if not torch.cuda.is_available() or torch.cuda.device_count() <= device:
        print("this torch (%s) sees no GPU %d" % (torch.__version__, device))
        return 3
    torch.cuda.set_device(device)
    torch.manual_seed(0)
    where = torch.device("cuda", device)
    frames = [
        torch.randint(0, 256, (clips, 8, 224, 224, 3), dtype=torch.uint8, device=where)
        for _ in range(SETS)
    ]
    mean = torch.tensor([0.485, 0.456, 0.406], device=where).view(1, 3, 1, 1, 1)
    std = torch.tensor([0.229, 0.224, 0.225], device=where).view(1, 3, 1, 1, 1)
    lam = torch.rand(clips, device=where).view(-1, 1, 1, 1, 1)
    order = torch.tensor([1, 2, 0], device=where)

    def swapmix(u, dtype):
        x = ((u.permute(0, 4, 1, 2, 3).float() / 255 - mean) / std).contiguous().to(dtype)
        weight = lam.to(dtype)
        return weight * x + (1 - weight) * x[:, order]

    def seconds(call):
        rounds = []
        for i in range(WARM_UP + ROUNDS):
            start = torch.cuda.Event(enable_timing=True)
            end = torch.cuda.Event(enable_timing=True)
            start.record()
            for j in range(CALLS):
                call(frames[j % SETS])
            end.record()
            end.synchronize()
            if i >= WARM_UP:
                rounds.append(start.elapsed_time(end) / 1e3 / CALLS)
        return statistics.median(rounds)

    times = {}
    for name, dtype in (("f32", torch.float32), ("f16", torch.float16)):
        times["eager-" + name] = seconds(lambda u: swapmix(u, dtype))
        try:
            compiled = torch.compile(lambda u: swapmix(u, dtype))
            wanted = swapmix(frames[0][:1], dtype) if clips == 1 else swapmix(frames[0], dtype)
            if not torch.allclose(compiled(frames[0]).float(), wanted.float(), atol=2e-2):
                raise RuntimeError("torch.compile's result differs")
            del wanted
            times["compile-" + name] = seconds(compiled)
        except Exception as e:  # Whatever the compiler lacks here, the other rows are still worth having.
            print("SKIPPED: torch.compile, %s" % str(e).split("\n")[0], file=sys.stderr)
    versions = "PyTorch %s on %s" % (torch.__version__, torch.cuda.get_device_name(device))
    print(json.dumps({"versions": versions, "seconds": times}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
