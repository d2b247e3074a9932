"""Averages fine-tuned weights with those that the run started from: what both know stays, what each learnt by heart shrinks (as in model soups,
Wortsman et al. 2022, arXiv 2203.05482). Both must descend from the same weights.

    python average.py --run RUN --with checkpoints [--share 0.4] [--refer-bias 0]
"""

import argparse
from pathlib import Path

import torch

from checkpoint import unpacked


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True, help="folder whose vpd.pt is averaged, in place")
    parser.add_argument("--with", dest="other", required=True, help="folder of packed weights (checkpoints/)")
    parser.add_argument("--share", type=float, default=0.4, help="of the packed weights")
    parser.add_argument("--refer-bias", type=float, default=0.0, help="added to the foreground logit, see calibrate.py")
    arguments = parser.parse_args()
    path = Path(arguments.run) / "vpd.pt"
    average = torch.load(path, weights_only=True)["average"]
    other = unpacked(Path(arguments.other) / "vpd.pt.gz")
    for name, value in average.items():
        if value.is_floating_point():
            value.lerp_(other[name], arguments.share)
    average["refer.head.conv1_1.bias"][1] += arguments.refer_bias
    torch.save({"average": average}, path)


if __name__ == "__main__":
    main()
