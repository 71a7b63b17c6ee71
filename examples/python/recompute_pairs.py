#!/usr/bin/env python3
"""Makes every pair of a run again from its clips, λ, channel order, mean and std.

Written from the wire format alone (docs/reference/wire.md), with confluent-kafka, numpy and the
standard library: what any other consumer of the topics would do.

    python3 recompute_pairs.py --bootstrap 127.0.0.1:9092 --run default

Prints one JSON object and exits 0 if every pair that RUN.pairs holds was recomputed, else 1.
"""
import argparse
import json
import struct
import sys

import confluent_kafka
import numpy as np

DTYPES = {"U8": "u1", "I32": "<i4", "I64": "<i8", "F16": "<f2", "F32": "<f4", "F64": "<f8"}


def read_safetensors(value):
    """Returns ({name: array}, metadata) of one record's value."""
    (length,) = struct.unpack_from("<Q", value)
    header = json.loads(value[8:8 + length])
    metadata = header.pop("__metadata__", {})
    data = memoryview(value)[8 + length:]
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        array = np.frombuffer(data[begin:end], dtype=DTYPES[entry["dtype"]])
        tensors[name] = array.reshape(entry["shape"])
    return tensors, metadata


def records(bootstrap, topic):
    """Yields (key, headers, value) of all that the topic holds now."""
    consumer = confluent_kafka.Consumer({
        "bootstrap.servers": bootstrap, "group.id": "recompute-pairs", "enable.auto.commit": False,
        "auto.offset.reset": "error", "fetch.message.max.bytes": 1 << 27,
        "receive.message.max.bytes": 1 << 30})
    try:
        partitions = consumer.list_topics(topic, timeout=20).topics[topic].partitions
        for partition in sorted(partitions):
            where = confluent_kafka.TopicPartition(topic, partition)
            low, high = consumer.get_watermark_offsets(where, timeout=20)
            where.offset = low
            consumer.assign([where])
            at = low
            while at < high:
                message = consumer.poll(20)
                if message is None:
                    raise TimeoutError(f"nothing comes from {topic}-{partition}")
                if message.error():
                    raise confluent_kafka.KafkaException(message.error())
                at = message.offset() + 1
                headers = {name: text.decode() for name, text in message.headers() or []}
                yield message.key().decode(), headers, message.value()
    finally:
        consumer.close()


def fma(weight, pixels, addend):
    """float32 fma: the product of a float32 and a pixel is exact in float64, and so is the sum."""
    return (np.float64(weight) * pixels + addend.astype(np.float64)).astype(np.float32)


def swapmix(frames, weight, order, mean, std, to_pixels):
    """y_c = λ·n_c + (1−λ)·n_p[c] of one clip [T,H,W,3], as pixels or as normalised values."""
    out = np.empty(frames.shape, np.uint8 if to_pixels else np.float16)
    mix = float(weight)
    for c in range(3):
        p = int(order[c])
        mc, mp, sc, sp = float(mean[c]), float(mean[p]), float(std[c]), float(std[p])
        if to_pixels:
            w0, w1 = mix, (1 - mix) * sc / sp
            w2 = 255 * (1 - mix) * (mc - sc * mp / sp)
        else:
            w0, w1 = mix / (255 * sc), (1 - mix) / (255 * sp)
            w2 = -mix * mc / sc - (1 - mix) * mp / sp
        inner = fma(np.float32(w1), frames[..., p].astype(np.float64), np.full((), np.float32(w2)))
        y = fma(np.float32(w0), frames[..., c].astype(np.float64), inner)
        out[..., c] = np.clip(np.rint(y), 0, 255) if to_pixels else y
    return out


def check(clip, pair, metadata):
    """Raises AssertionError if the pair does not follow from the clip."""
    if "base_augmentation" not in metadata:
        assert np.array_equal(pair["original"], clip["frames"]), "original"
    assert np.array_equal(pair["label"], clip["label"]), "label"
    assert np.array_equal(pair["batch"], clip["batch"]), "batch"
    if metadata["augmentation"] == "identity":
        assert "augmented" not in pair and "mix_weight" not in pair, "identity"
        return
    if "mix_weight" not in pair:
        # Of any other augmentation only its result travels.
        assert pair["augmented"].shape == pair["original"].shape, "augmented"
        return
    if "augmented" not in pair:
        assert sorted(pair["channel_order"].tolist()) == [0, 1, 2], "channel_order"
        return
    to_pixels = pair["augmented"].dtype == np.uint8
    for n, frames in enumerate(pair["original"]):
        again = swapmix(frames, pair["mix_weight"][n], pair["channel_order"], pair["mean"],
                        pair["std"], to_pixels)
        got = pair["augmented"][n]
        if to_pixels:
            assert np.array_equal(again, got), f"augmented clip {n}"
        else:
            # One unit in the last place of a half.
            gap = np.abs(again.astype(np.float64) - got.astype(np.float64))
            assert np.all(gap <= np.spacing(np.abs(got)).astype(np.float64)), f"augmented clip {n}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--run", default="default")
    options = parser.parse_args()
    clips = {}
    for key, headers, value in records(options.bootstrap, options.run + ".clips"):
        if headers.get("status") == "data":
            clips[key] = read_safetensors(value)[0]
    recomputed, skipped, deleted, wrong = 0, 0, 0, []
    for key, headers, value in records(options.bootstrap, options.run + ".pairs"):
        if headers.get("status") != "data":
            skipped += 1
        elif key not in clips:
            deleted += 1
        else:
            pair, metadata = read_safetensors(value)
            try:
                check(clips[key], pair, metadata)
                recomputed += 1
            except AssertionError as e:
                wrong.append(f"{key}: {e}")
    print(json.dumps({"recomputed": recomputed, "skipped": skipped, "clips_deleted": deleted,
                      "wrong": wrong}))
    return 0 if recomputed and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
