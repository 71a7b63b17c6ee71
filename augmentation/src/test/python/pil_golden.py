#!/usr/bin/env python3
"""Prints what PIL makes of two small pictures, as the JSON that PilGoldenTest compares with.

    python3 pil_golden.py > ../resources/golden/pil.json      # needs Pillow
"""
import base64
import json
import sys

import PIL
from PIL import Image, ImageEnhance, ImageOps

WIDTH, HEIGHT = 23, 17
FILL = (128, 128, 128)


def picture(kind):
    """A picture without noise whose levels leave room at both ends, and one that uses them all."""
    out = bytearray()
    state = 12345
    for y in range(HEIGHT):
        for x in range(WIDTH):
            for c in range(3):
                state = (state * 1103515245 + 12345) & 0x7FFFFFFF
                noise = state >> 16 & 0xFF
                smooth = (x * (7 + c) + y * (11 - 2 * c)) % 160 + 40
                out.append(smooth if kind == 0 else (smooth + noise) % 256)
    return Image.frombytes("RGB", (WIDTH, HEIGHT), bytes(out))


def affine(image, matrix, resample):
    return image.transform(image.size, Image.Transform.AFFINE, matrix, resample, fillcolor=FILL)


def cases():
    for factor in (0.0, 0.37, 0.9, 1.0, 1.63, 1.9):
        for name, kind in (("brightness", ImageEnhance.Brightness),
                           ("contrast", ImageEnhance.Contrast),
                           ("saturation", ImageEnhance.Color),
                           ("sharpness", ImageEnhance.Sharpness)):
            yield name, [factor], lambda i, kind=kind, f=factor: kind(i).enhance(f)
    for bits in (1, 2, 3, 4):
        yield "posterize", [bits], lambda i, b=bits: ImageOps.posterize(i, b)
    for threshold in (0, 77, 128, 256):
        yield "solarize", [threshold], lambda i, t=threshold: ImageOps.solarize(i, t)
    yield "invert", [], ImageOps.invert
    yield "autocontrast", [], ImageOps.autocontrast
    yield "equalize", [], ImageOps.equalize
    yield "grey", [], lambda i: i.convert("L").convert("RGB")
    for name, resample in (("bicubic", Image.Resampling.BICUBIC),
                           ("bilinear", Image.Resampling.BILINEAR)):
        for degrees in (21.0, -9.5):
            yield "rotate-" + name, [degrees], lambda i, d=degrees, r=resample: i.rotate(
                d, resample=r, fillcolor=FILL)
        for factor in (0.21, -0.3):
            yield "shear-x-" + name, [factor], lambda i, f=factor, r=resample: affine(
                i, (1, f, 0, 0, 1, 0), r)
            yield "shear-y-" + name, [factor], lambda i, f=factor, r=resample: affine(
                i, (1, 0, 0, f, 1, 0), r)
        for pixels in (3.4, -6.0):
            yield "translate-x-" + name, [pixels], lambda i, p=pixels, r=resample: affine(
                i, (1, 0, p, 0, 1, 0), r)
            yield "translate-y-" + name, [pixels], lambda i, p=pixels, r=resample: affine(
                i, (1, 0, 0, 0, 1, p), r)


def text(image):
    return base64.b64encode(image.tobytes()).decode()


def main():
    pictures = [picture(0), picture(1)]
    out = {"pillow": PIL.__version__, "width": WIDTH, "height": HEIGHT,
           "pictures": [text(p) for p in pictures], "cases": []}
    for name, arguments, function in cases():
        out["cases"].append({"name": name, "arguments": arguments,
                             "pictures": [text(function(p)) for p in pictures]})
    json.dump(out, sys.stdout, separators=(",", ":"))
    print()


if __name__ == "__main__":
    main()
