"""Measures what limits the depth of photographs, on NYU's held-out rooms: a depth map that sees nothing, for comparison; the blocks of neighbours; rooms that
were trained on; and what the right scale of each photo, or one known depth or distance in it, would bring.

    python photographs.py --run RUN --data DATA [--checkpoint vpd]

Needs the stage `photos` in RUN. Depth is averaged with that of the mirror image and scored in Eigen's crop. The mean depth map is scored on whole photos.
"""

import argparse
import json

import numpy as np
import torch

import photos
from checkpoint import averaged, fingerprint
from config import Settings
from evaluate import EIGEN_CROP, crop_figures, depth_figures, flip_averaged, known
from parallel import prepare_process
from views import CENTRE, FOCAL, HEIGHT, WIDTH, unframed
from vpd import averaged_model

BLOCK = 12  # rooms of a held-out block, see photos.py
TRAINED = 96  # rooms that were trained on, as many as are held out
DRAWS = 20  # of random pixels, and of random pairs of them
APART = WIDTH / 4  # pixels, least distance between two random points
MIDDLE = HEIGHT // 2 - EIGEN_CROP[0].start, WIDTH // 2 - EIGEN_CROP[1].start  # row and column in the crop

# What each photo's depth [pixels] becomes if the truth of its scale were known. Only pixels with known depth are given.
SCALED = {
    "bestFactor": lambda found, truth: found * (found @ truth) / (found @ found),
    "bestFactorAndOffset": lambda found, truth: np.polyval(np.polyfit(found, truth, 1), found),
    "rightMedian": lambda found, truth: found * np.median(truth) / np.median(found),
    "itsMeanDepth": lambda found, truth: np.full_like(found, truth.mean()),  # one depth for the whole photo
}


def rays():
    """Returns x, y and z of the points at depth 1 m, [rows, columns, 3] in Eigen's crop."""
    x, y = np.meshgrid((np.arange(WIDTH) + 0.5 - CENTRE[0]) / FOCAL, (np.arange(HEIGHT) + 0.5 - CENTRE[1]) / FOCAL)
    return np.stack([x, y, np.ones_like(x)], -1)[EIGEN_CROP]


def middle(places, random):
    """Returns a list of one: the index of the place, of [places, 2] rows and columns, that is closest to the middle of the photo."""
    return [np.hypot(*(places - MIDDLE).T).argmin()]


def any_pixel(places, random):
    return [random.integers(len(places))]


def two_points(places, random):
    """Returns the indices of two places that are at least APART from each other."""
    first = random.integers(len(places))
    return [first, random.choice(np.flatnonzero(np.hypot(*(places - places[first]).T) >= APART))]


def measured(depth, rays):
    """Returns what a user could measure, in metres: the depth of one place, or the distance of two; depth [places], rays [places, 3]."""
    points = rays * depth[:, None]
    return points[0, 2] if len(points) == 1 else np.linalg.norm(points[0] - points[1])


def scaled(found, truth, correct):
    """Returns depth [rooms, rows, columns] with that of the known pixels of each room replaced by correct(found, truth, places)."""
    result = found.copy()
    for depth, true, valid in zip(result, truth, known(truth)):
        depth[valid] = correct(depth[valid], true[valid], np.argwhere(valid))
    return result


def with_measure(found, truth, choose, seed):
    """Returns depth [rooms, rows, columns] in Eigen's crop, scaled so that it agrees with the truth in one measure per room (see `measured`). `choose`:
    middle, any_pixel or two_points."""
    random, directions = np.random.default_rng(seed), rays()

    def correct(depth, true, places):
        at = choose(places, random)
        along = directions[tuple(places[at].T)]
        return depth * measured(true[at], along) / measured(depth[at], along)

    return scaled(found, truth, correct)


def known_measures(found, truth):
    """Returns the mean RMSE over draws, and its deviation, with one known measure per room."""
    errors = lambda choose, draws: [depth_figures(with_measure(found, truth, choose, seed), truth)["rmse"] for seed in range(draws)]
    of = {"middlePixel": errors(middle, 1), "anyPixel": errors(any_pixel, DRAWS), "twoPoints": errors(two_points, DRAWS)}
    return {name: {"rmse": float(np.mean(each)), "deviation": float(np.std(each)), "draws": len(each)} for name, each in of.items()}


def log_ratio(found, truth):
    """Returns the mean, over rooms, of the mean logarithm of predicted over true depth."""
    return float(np.mean([np.log(depth[valid] / true[valid]).mean() for depth, true, valid in zip(found, truth, known(truth))]))


def limits(found, truth):
    """Returns figures in Eigen's crop of depth [rooms, 240, 320]: as found, with the right scale, and with one known measure."""
    found, truth = found[:, *EIGEN_CROP], truth[:, *EIGEN_CROP]
    right = {name: depth_figures(scaled(found, truth, lambda depth, true, _, of=of: of(depth, true)), truth) for name, of in SCALED.items()}
    return {"asFound": depth_figures(found, truth) | {"logRatio": log_ratio(found, truth)}, **right, "oneKnown": known_measures(found, truth)}


def blocks(found, truth, names):
    """Returns depth figures of every BLOCK rooms, with the name of the first."""
    parts = [slice(start, start + BLOCK) for start in range(0, len(names), BLOCK)]
    return [{"first": names[part.start], **crop_figures(found[part], truth[part])} for part in parts]


def mean_map(depth, training, truth):
    """Returns depth figures, on the whole photos, of the mean depth map of the rooms `training`; unknown pixels do not count."""
    total, count = np.zeros(depth.shape[1:]), np.zeros(depth.shape[1:])
    for i in training:
        valid = depth[i] > 0
        total[valid] += depth[i][valid]
        count += valid
    mean = total / np.maximum(count, 1)
    return depth_figures(np.broadcast_to(mean, truth.shape), truth) | {"of": len(training)}


def spread(positions, count):
    """Returns up to `count` of the positions, the first ones at equal steps."""
    return positions[:: max(1, len(positions) // count)][:count]


@torch.no_grad()
def measure(model, settings):
    arrays, (training, val) = photos.open_nyu(settings), photos.nyu_split(settings)
    truth_of = lambda positions: arrays["depth"][positions].astype(np.float32)
    names, truth, some = photos.nyu_names(photos.data_folder(settings)), truth_of(val), spread(training, TRAINED)
    framed = flip_averaged(model, arrays["rgb"][val])
    return {
        "meanMap": mean_map(arrays["depth"], training, truth),
        "blocks": blocks(framed, truth, [names[i] for i in val]),
        "trainedOn": crop_figures(flip_averaged(model, arrays["rgb"][some]), truth_of(some)),
        "framed": limits(framed, truth),
        "unframed": limits(flip_averaged(model, unframed(arrays["rgb"][val])), truth),
    }


def report(description, measure):
    """Prints what measure(model, settings) returns for the run that the command line names, as JSON."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True)
    parser.add_argument("--data")
    parser.add_argument("--checkpoint", default="vpd")
    arguments = parser.parse_args()
    prepare_process(nice=False)
    settings = Settings.load(arguments.run, data=arguments.data)
    state = averaged(settings.folder, arguments.checkpoint)
    print(json.dumps(measure(averaged_model(state), settings) | {"weights": fingerprint(state)}, indent=1))


if __name__ == "__main__":
    report(__doc__, measure)
