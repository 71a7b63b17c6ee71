#!/usr/bin/env python3
"""Makes the pairs of a run in place of the built-in augmenter: a start for one in any language.

Written from the wire format alone (docs/reference/wire.md), with confluent-kafka, numpy and the
standard library. Change `augment` to your own; everything else is how to be an augmenter.

    python3 augmenter.py --bootstrap 127.0.0.1:9092 --run default

Runs as the consumer group RUN.augmenter, reads RUN.clips and writes RUN.pairs, and ends when every
batch of the run has been passed on. Any number may run at once; a killed one is started again.
"""
import argparse
import json
import struct
import sys
import time

import confluent_kafka
import numpy as np

DTYPES = {"U8": "u1", "I32": "<i4", "I64": "<i8", "F16": "<f2", "F32": "<f4", "F64": "<f8"}
NAMES = {np.dtype(text): name for name, text in DTYPES.items()}
VERSION = "augmenter.py/1"
MAX_BYTES = 1 << 27


def augment(frames, random):
    """The augmented half of clips U8 [N,T,H,W,3], and the text that the pair records.

    A function of the clips and of `random` alone: a restarted augmenter makes the same batch again.
    Here each clip gets one curve of brightness, the same for all of its frames.
    """
    gamma = np.exp2(random.uniform(-1, 1, size=len(frames)))
    levels = np.arange(256) / 255
    out = np.empty_like(frames)
    for n, clip in enumerate(frames):
        curve = np.rint(255 * levels ** gamma[n]).astype(np.uint8)
        out[n] = curve[clip]
    return out, "gamma"


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


def write_safetensors(tensors, metadata):
    """One buffer: widest type first and then by name, no holes, the header a multiple of 8."""
    header = {"__metadata__": dict(sorted(metadata.items()))} if metadata else {}
    data, at = [], 0
    for name, array in sorted(tensors.items(), key=lambda one: (-one[1].dtype.itemsize, one[0])):
        raw = np.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": NAMES[array.dtype], "shape": list(array.shape),
                        "data_offsets": [at, at + len(raw)]}
        data.append(raw)
        at += len(raw)
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([struct.pack("<Q", len(text)), text, *data])


def crc_table():
    """Of CRC-32C (Castagnoli), a byte at a time."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, table >> 1 ^ np.uint32(0x82F63B78), table >> 1)
    return table


CRC = crc_table()


def times_zeros(count):
    """What `count` zero bytes do to each of the four bytes of a checksum, as four tables."""
    table = (np.arange(256, dtype=np.uint32)[None, :]
             << np.array([[0], [8], [16], [24]], np.uint32))
    for _ in range(count):
        table = table >> 8 ^ CRC[table & 0xFF]
    return table


ROW = 4096
PAST_ROW = times_zeros(ROW)


def crc32c(value):
    """Checksums many rows of bytes at once, and joins them one by one."""
    rows = len(value) // ROW
    head = np.frombuffer(value, np.uint8, rows * ROW).reshape(rows, ROW)
    sums = np.zeros(rows, np.uint32)
    for column in range(ROW):
        sums = CRC[(sums ^ head[:, column]) & 0xFF] ^ sums >> 8
    crc = 0xFFFFFFFF
    for one in sums.tolist():
        past = 0
        for byte in range(4):
            past ^= int(PAST_ROW[byte][crc >> 8 * byte & 0xFF])
        crc = past ^ one
    table = CRC.tolist()
    for byte in value[rows * ROW:]:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def pair(value, run, key):
    """The value of a pair of a clip record's value, and N."""
    clips, lineage = read_safetensors(value)
    frames = clips["frames"]
    epoch, batch = (int(part) for part in key.split("/"))
    random = np.random.default_rng([run["seed"] % (1 << 64), epoch, batch])
    augmented, text = augment(frames, random)
    if augmented.shape != frames.shape or augmented.dtype != np.uint8:
        raise ValueError(f"augment made {augmented.dtype} {augmented.shape} of {frames.shape}")
    statistics = {name: np.array(run["normalization"][name], "<f4") for name in ("mean", "std")}
    if run["encoding"].lower() == "f16":
        normal = augmented / np.float32(255) - statistics["mean"]
        augmented = (normal / statistics["std"]).astype("<f2")
    tensors = {"original": frames, "augmented": augmented, "label": clips["label"],
               "batch": clips["batch"], **statistics}
    lineage.update(augmentation=text, augmenter_version=VERSION)
    return write_safetensors(tensors, lineage), len(frames)


class Augmenter:
    """Passes on what it reads, and commits only what the broker has."""

    def __init__(self, bootstrap, run):
        self.run = run
        self.progress = run + ".progress"
        self.content = None
        self.batches = self.partitions = 0
        self.passed = {}
        self.consumer = confluent_kafka.Consumer({
            "bootstrap.servers": bootstrap, "group.id": run + ".augmenter",
            "enable.auto.commit": False, "auto.offset.reset": "earliest",
            "fetch.message.max.bytes": MAX_BYTES, "receive.message.max.bytes": 2 * MAX_BYTES})
        self.producer = confluent_kafka.Producer({
            "bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 0,
            "message.max.bytes": MAX_BYTES})

    def declared(self, bootstrap):
        """What RUN.run says, and the digest that its clips carry must be its own."""
        consumer = confluent_kafka.Consumer({
            "bootstrap.servers": bootstrap, "group.id": self.run + ".augmenter-look",
            "enable.auto.commit": False})
        try:
            topic, found = self.run + ".run", None
            while found is None:
                metadata = consumer.list_topics(timeout=20).topics
                if topic in metadata and not metadata[topic].error:
                    where = confluent_kafka.TopicPartition(topic, 0, 0)
                    _, high = consumer.get_watermark_offsets(where, timeout=20)
                    consumer.assign([where])
                    while consumer.position([where])[0].offset < high:
                        message = consumer.poll(5)
                        if message is None:
                            break
                        if not message.error() and message.value():
                            found = json.loads(message.value())
            return found
        finally:
            consumer.close()

    def handle(self, message):
        headers = {name: text.decode() for name, text in message.headers() or []}
        if headers.get("run") != self.run or headers.get("schema") != "clips/1":
            return
        key, clips = message.key().decode(), 0
        if headers["status"] == "data":
            try:
                value, clips = pair(message.value(), self.content, key)
            except (ValueError, KeyError, struct.error) as e:
                # What the bytes decide is passed on as skipped, so that no trainer waits for it.
                headers.update(status="skipped", cause=f"it cannot be augmented: {e}")
        if headers["status"] == "skipped":
            value, clips = write_safetensors({}, {}), 0
        headers["schema"] = "pairs/1"
        told = {"type": "batch", "v": 1, "time": int(time.time() * 1000),
                "epoch": int(headers["epoch"]), "batch": int(headers["batch"]),
                "status": headers["status"], "clips": clips, "crc32c": crc32c(value)}
        if message.value() is not None:
            told["from"] = crc32c(message.value())
        # The journal first: a pair that nobody told of would look like somebody else's.
        self.send(self.progress, 0, b"augmenter/main/0",
                  json.dumps(told, separators=(",", ":")).encode(),
                  [("run-id", headers["run-id"])])
        self.send(self.run + ".pairs", message.partition(), message.key(), value,
                  list(headers.items()))
        number = int(headers["epoch"]) * int(headers["epoch-batches"]) + int(headers["batch"])
        before = self.passed.get(message.partition(), -1)
        self.passed[message.partition()] = max(before, number)

    def send(self, topic, partition, key, value, headers):
        failed = []
        self.producer.produce(topic, value, key, partition, headers=headers,
                              on_delivery=lambda error, _: failed.append(error) if error else None)
        if self.producer.flush(120) or failed:
            raise RuntimeError(f"{topic}-{partition} was not written: {failed}")

    def go_on(self, consumer, partitions):
        """Starts with the last record that was passed on, to know how far each partition is: a
        second copy of a pair harms nobody."""
        for one in consumer.committed(partitions, timeout=20):
            if one.offset > 0:
                one.offset -= 1
            where = [p for p in partitions if p.partition == one.partition]
            where[0].offset = one.offset
        consumer.assign(partitions)

    def complete(self):
        """Whether the last batch of each of this process's partitions is passed on."""
        content = self.content["epochs"] * self.batches
        mine = [one.partition for one in self.consumer.assignment()]
        for partition in mine:
            rest = (content - 1 - partition) % self.partitions
            last = content - 1 - rest
            if last >= partition and self.passed.get(partition, -1) < last:
                return False
        return bool(mine)

    def work(self, bootstrap):
        spec = self.declared(bootstrap)
        self.content = {**spec["content"], "epochs": spec["epochs"]}
        per_batch = self.content["clipsPerBatch"]
        self.batches = -(-self.content["clipsPerEpoch"] // per_batch)
        self.partitions = self.content["partitions"]
        self.consumer.subscribe([self.run + ".clips"], on_assign=self.go_on)
        count = 0
        try:
            while not self.complete():
                message = self.consumer.poll(1)
                if message is None:
                    continue
                if message.error():
                    if message.error().retriable():
                        continue
                    raise confluent_kafka.KafkaException(message.error())
                self.handle(message)
                self.consumer.commit(message, asynchronous=False)
                count += 1
        finally:
            self.consumer.close()
        print(json.dumps({"batches": count}))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--run", default="default")
    options = parser.parse_args()
    Augmenter(options.bootstrap, options.run).work(options.bootstrap)
    return 0


if __name__ == "__main__":
    sys.exit(main())
