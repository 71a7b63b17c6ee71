"""Makes TorchScript models of one's own, and trains one of them as the trainer does.

    own_model.py FOLDER
"""
import sys

import torch
from torch import nn

folder = sys.argv[1]


class OwnNet(nn.Module):
    """Takes clips [N,3,T,H,W], returns logits [N,classes]."""

    def __init__(self, classes: int, dropout: float = 0.0):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv3d(3, 8, kernel_size=3, stride=(1, 2, 2), padding=1, bias=False),
            nn.BatchNorm3d(8),
            nn.ReLU(),
        )
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(8, classes)
        self.register_buffer("seen", torch.zeros(1))

    def forward(self, clips):
        if self.training:
            # Puts another tensor in the buffer's place.
            self.seen = self.seen + clips.size(0)
        features = self.stem(clips)
        # view() needs an input that lies contiguously.
        features = features.view(features.size(0), features.size(1), -1).mean(2)
        return self.head(self.dropout(features))


def save(net, name):
    torch.jit.script(net).save(f"{folder}/{name}")


torch.manual_seed(1)
net = OwnNet(3)
save(net, "own.pt")
save(OwnNet(3, dropout=0.5).eval(), "own-dropout-eval.pt")
save(OwnNet(5), "own-5.pt")
save(OwnNet(3).half(), "own-half.pt")
example = torch.zeros(2, 3, 4, 8, 8)
torch.jit.trace(OwnNet(3).eval(), example).save(f"{folder}/own-traced.pt")
torch.jit.freeze(torch.jit.script(OwnNet(3).eval())).save(f"{folder}/own-frozen.pt")
torch.save(net.state_dict(), f"{folder}/own-state.pt")


class Features(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Conv3d(3, 4, 1)

    def forward(self, clips):
        return self.layer(clips)


save(Features(), "features.pt")


class TakesFrames(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Conv2d(3, 4, 1)

    def forward(self, frames):
        return self.layer(frames).mean([2, 3])


save(TakesFrames(), "takes-2d.pt")

# Two steps of SGD on inputs that the test makes by the same rule: value i of the flat tensor is
# ((i * 7919) % 1000) / 500 - 1.
clips = torch.tensor([((i * 7919) % 1000) / 500 - 1 for i in range(4 * 4 * 3 * 8 * 8)])
clips = clips.reshape(4, 4, 3, 8, 8)
labels = torch.tensor([0, 1, 2, 1])
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
net.train()
for _ in range(2):
    logits = net(clips.transpose(1, 2).contiguous())
    loss = nn.functional.cross_entropy(logits, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
torch.save(net.state_dict(), f"{folder}/trained.pth")
net.eval()
print("logits", *net(clips.transpose(1, 2).contiguous()).flatten().tolist())
