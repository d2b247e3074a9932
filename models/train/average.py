"""Averages fine-tuned weights with those of other runs and with the weights that they started from (model soups, Wortsman et al. 2022,
arXiv 2203.05482): what all of them know stays, what each has memorised shrinks. All must descend from the same weights.

    python average.py --run RUN --with checkpoints:0.4 [OTHER_RUN:0.3]

Run `train.py --stages calibrate` afterwards, as the average needs another bias of the referring head.
"""

import argparse
from pathlib import Path

from checkpoint import Weights, read_weights, store


def folder_and_share(text):
    folder, _, share = text.rpartition(":")
    return Path(folder), float(share)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True, help="folder whose vpd.pt is replaced by the average; its share is one minus the others' shares")
    parser.add_argument("--with", dest="others", required=True, nargs="+", type=folder_and_share, metavar="FOLDER:SHARE",
                        help="folders of other runs or of packed weights (checkpoints/), and their shares")
    arguments = parser.parse_args()
    own = 1 - sum(share for _, share in arguments.others)
    if own < 1e-9:
        parser.error("the others' shares leave nothing for the run itself")
    trained = read_weights(Path(arguments.run))
    parts = [(trained, own), *((read_weights(folder), share) for folder, share in arguments.others)]
    average = {
        name: sum(share * weights.state[name] for weights, share in parts) if value.is_floating_point() else value
        for name, value in trained.state.items()
    }
    parents = [weights.as_parent(share) for weights, share in parts]
    store(Weights(average, trained.settings, parents).content(), Path(arguments.run) / "vpd.pt")


if __name__ == "__main__":
    main()
