"""What a test's answers come to, by NumPy alone.

Reads JSON from the file given: scores [videos][classes], labels, bins. Prints JSON.
"""
import json
import sys

import numpy as np

given = json.load(open(sys.argv[1]))
scores = np.array(given["scores"], dtype=np.float64)
labels = np.array(given["labels"])
bins = given["bins"]

exps = np.exp(scores - scores.max(axis=1, keepdims=True))
probabilities = exps / exps.sum(axis=1, keepdims=True)
predicted = scores.argmax(axis=1)
confidence = probabilities.max(axis=1)
right = predicted == labels

edges = np.linspace(0, 1, bins + 1)
error = 0.0
for low, high in zip(edges[:-1], edges[1:]):
    inside = (confidence > low) & (confidence <= high)
    if inside.any():
        error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())

confusion = np.zeros((scores.shape[1],) * 2, dtype=int)
np.add.at(confusion, (labels, predicted), 1)
present = np.unique(labels)

print(json.dumps({
    "error": error,
    "nll": -np.log(probabilities[np.arange(len(labels)), labels]).mean(),
    "top1": right.mean(),
    "top5": (np.argsort(-scores, axis=1)[:, :5] == labels[:, None]).any(axis=1).mean(),
    "mean_of_classes": np.mean([right[labels == c].mean() for c in present]),
    "confusion": confusion.tolist(),
}))
