"""Hyper-parameters in which runs may differ, each with its unit and the reason for its value. Constants that belong to one idea are in the file of
that idea.

Stages are limited by wall-clock minutes, not by steps, because time is what is scarce. All settings are written to `RUN/config.json`, where later
calls on the same run find them, and into every checkpoint.
"""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

# Width and height in pixels at one focal length (scene.FOCAL): square, wide and tall photos are crops of one camera's view.
SHAPES = {"square": (256, 256), "landscape": (320, 240), "portrait": (240, 320), "wide": (320, 180)}

SEEDS_OF_A_SET = 1_000_000  # distance between the first seeds of two sets, so that every set can grow
RECORD = "config.json"  # file in a run's folder


@dataclass(frozen=True)
class SceneSet:
    """A set of scenes of one shape. The files of its arrays, latents and phrases contain its name."""

    name: str
    width: int
    height: int
    first_seed: int
    count: int
    kind: str = "room"  # key of scene.KINDS
    surfaces: bool = False  # True: with patches of photos on surfaces, see surfaces.py


OPTIMIZERS = ("muon", "adamw")
ABOVE_ZERO = (lambda value: value > 0, "more than 0")
NOT_NEGATIVE = (lambda value: value >= 0, "0 or more")
SHARE = (lambda value: 0 <= value <= 1, "from 0 to 1")
ANY = (lambda value: True, "any number")
AT_LEAST_ONE = (lambda value: value >= 1, "1 or more")


def rule_of(name):
    """Returns (test, its words) for the values of a numeric setting."""
    if name == "batchnorm_freeze":  # below 0: from the start; above 1: never
        return ANY
    if name.endswith(("_minutes", "_expressions")) or name in ("vae_rate", "text_rate", "diffusion_rate", "vpd_rate", "clip"):
        return ABOVE_ZERO
    if name.endswith(("_batch", "_crop", "_images", "_views")) or name in ("workers", "train_scenes", "val_scenes", "val_shaped"):
        return AT_LEAST_ONE
    if name.endswith("_share") and not name.endswith("_rate_share") or name in ("ema", "vae_ema", "silog_lambda", "caption_dropout"):
        return SHARE
    return NOT_NEGATIVE


@dataclass
class Settings:
    run: str  # folder for scenes, latents and checkpoints; never inside the repository
    data: str | None = None  # folder with nyu-train/ and photos/; None: generated scenes only
    workers: int = 2  # processes with one thread each; measured faster than one process with many threads
    seed: int = 1
    bfloat16: bool = True  # 1.8 times the steps on CPUs with AVX-512 BF16; set to false on others, where it takes eight times as long

    # Training loop of several stages
    ema: float = 0.999  # decay of the averaged weights of diffusion and fine-tuning; the other stages have vae_ema
    weight_decay: float = 0.01  # AdamW's usual (the autoencoder has 1e-4); too few steps for it to matter
    clip: float = 1.0  # gradient norm
    checkpoint_minutes: float = 3.0

    # Scenes. Validation seeds start beyond all training seeds.
    train_scenes: int = 8000  # squares; 30 scenes/s with three processes
    train_landscape: int = 4000  # the other shapes, as photos are rarely square
    train_portrait: int = 2000
    train_wide: int = 2000
    train_halls: int = 2000  # 4:3; photographed shops and open floors are deeper than any room of the other sets
    train_alike: int = 2000  # 4:3; rooms with many look-alikes, as phrases like "the small chair" are rare in the other sets
    train_handheld: int = 2000  # 4:3; fuller rooms, seen through a camera held as NYU's
    val_scenes: int = 200
    val_shaped: int = 60  # per other shape
    train_first_seed: int = 0
    val_first_seed: int = 10_000_000
    render_batch: int = 8  # scenes; larger batches do not fit the CPU's cache

    # Autoencoder
    vae_minutes: float = 14.0
    vae_batch: int = 8  # crops per process; in so short a stage, steps count more than samples
    vae_crop: int = 96  # pixels; the encoder is convolutional, so crops teach whole images
    vae_rate: float = 2e-3  # peak learning rate; all rates follow a cosine with warm-up over the stage's minutes
    vae_kl: float = 1e-4  # weight of the KL term; 3e-4 cost 2 dB
    vae_ema: float = 0.995  # decay of the averaged weights, of the text warm-up too; the stage has about 1500 steps
    vae_chroma: float = 3.0  # weight of colour differences of 4×4 means; without it, the four channels learnt
    # brightness and edges only, and red, green and purple looked alike
    vae_gradient: float = 0.5  # weight of the L1 of image gradients, in favour of edges over flat colour
    nyu_views: int = 30  # stored views per NYU photo, for the diffusion; fine-tuning draws a new view each time

    # Text warm-up, in place of CLIP's pre-training (without it, the UNet ignored a jointly trained encoder)
    text_minutes: float = 2.5
    text_batch: int = 96
    text_rate: float = 1.5e-3

    # Diffusion
    diffusion_minutes: float = 20.0
    diffusion_batch: int = 12  # latents per process
    diffusion_rate: float = 1.2e-3
    caption_dropout: float = 0.1  # as in Stable Diffusion
    beta_first: float = 0.00085  # Stable Diffusion's schedule: linear in the square root, 1000 steps
    beta_last: float = 0.012
    high_noise_share: float = 0.6  # share of batches whose steps are all drawn from 250..999, where words matter most
    photo_share: float = 0.15  # shares of the diffusion's batches
    nyu_share: float = 0.2

    # Fine-tuning of the three tasks
    vpd_minutes: float = 40.0
    evaluate_minutes: float = 10.0  # between the short evaluations
    optimizer: str = "muon"  # one of OPTIMIZERS; needs half as many steps as "adamw"
    scene_images: int = 7  # per process and step; all three tasks see them
    nyu_images: int = 5
    # 15 % of NYU's pictures are shown as taken (data.AS_TAKEN): without a virtual camera, not moved and without furniture of other rooms.
    pasted_share: float = 0.5  # of pictures not shown as taken: with furniture of other rooms, see paste.py
    moved_share: float = 0.5  # of pictures not shown as taken: seen from another place, see parallax.py
    tinted_share: float = 0.3  # of all pictures: with painted furniture, see tint.py
    redecorated_share: float = 0.3  # of pictures without painted furniture (whose colour words must stay true): in other materials, see redecorate.py
    scene_expressions: float = 1.0  # per image, drawn in pairs: at 1.0 every second image has none
    nyu_expressions: float = 1.0  # the same for NYU's rooms, which allow fewer kinds of expressions
    vpd_rate: float = 0.8e-3
    encoder_rate_share: float = 0.5  # learning rate of the encoder over that of the rest; 0: the encoder is frozen
    text_rate_share: float = 1.0  # learning rate of the text encoder over that of the rest; at 0.2, "left" and "right" were hardly told apart
    absent_share: float = 0.15  # share of expressions that fit nothing in the image
    depth_weight: float = 2.5  # the three weights make the gradients of the losses on the UNet comparable
    refer_weight: float = 2.0
    segment_weight: float = 1.0
    silog_lambda: float = 0.3  # 0: log RMSE, 1: errors of scale cost nothing; metric depth needs the scale
    depth_metres_weight: float = 0.3  # weight of the images' RMSE in metres, the figure that is reported; far pixels dominate it
    dice_weight: float = 0.3  # weight of dice, added to cross-entropy so that small masks count as much as large ones
    segment_dice_weight: float = 0.8  # weight of soft dice over classes, which is closer to mean IoU than cross-entropy
    class_balance: float = 0.35  # pixels of a class weigh its frequency to the power of minus this
    map_weight: float = 0.15  # weight of cross-entropy on the segment maps themselves, so that map k means class k
    refer_map_weight: float = 0.5  # the same for the referring maps, see finetune.refer_loss
    batchnorm_freeze: float = 0.35  # progress (0..1) from which training uses running statistics too, because its batches are small
    # and hold one source, while inference sees all sources

    # Calibration
    calibrate_images: int = 320  # per source; with 96, the area masked for absent phrases was 0.019 or 0.022 by chance

    smoke: bool = False

    def __post_init__(self):
        for field in fields(self):
            value, (fits, said) = getattr(self, field.name), rule_of(field.name)
            if isinstance(value, (int, float)) and not isinstance(value, bool) and not fits(value):
                raise ValueError(f"{field.name} {value}: must be {said}")
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(f"optimizer {self.optimizer!r}: must be one of {', '.join(OPTIMIZERS)}")
        if self.nyu_share + self.photo_share > 1:
            raise ValueError(f"nyu_share {self.nyu_share} and photo_share {self.photo_share}: together at most 1")
        seeds = lambda split: [range(each.first_seed, each.first_seed + each.count) for each in self.scene_sets(split)]
        if any(train.start < val.stop and val.start < train.stop for train in seeds("train") for val in seeds("val")):
            raise ValueError(
                f"train_first_seed {self.train_first_seed}: training scenes would overlap those held out from val_first_seed {self.val_first_seed} on"
            )

    @property
    def folder(self):
        return Path(self.run)

    def scene_sets(self, split):
        """Returns the sets of "train" or "val": squares first; rooms of other kinds for training only. No two sets share seeds."""
        seed = {"train": self.train_first_seed, "val": self.val_first_seed}[split]
        sets = []
        for number, (shape, size) in enumerate(SHAPES.items()):
            count = getattr(self, f"{split}_scenes") if shape == "square" else self.val_shaped if split == "val" else getattr(self, f"train_{shape}")
            name = split if shape == "square" else f"{split}-{shape}"
            sets.append(SceneSet(name, *size, seed + number * SEEDS_OF_A_SET, count))
        if split == "train":
            for kind, count in (("halls", self.train_halls), ("alike", self.train_alike), ("handheld", self.train_handheld)):
                sets.append(SceneSet(f"train-{kind}", *SHAPES["landscape"], seed + len(sets) * SEEDS_OF_A_SET, count, kind, self.data is not None))
        return sets

    def scene_set(self, name):
        return next(each for split in ("train", "val") for each in self.scene_sets(split) if each.name == name)

    @classmethod
    def load(cls, run, **overrides):
        """Returns the settings of a run: those recorded in its folder (without a record: the defaults), replaced by `overrides` that are not None.
        Prints what differs from the record."""
        recorded, names = read_record(Path(run)), {field.name for field in fields(cls)}
        if unknown := ", ".join(sorted(recorded.keys() - names)):
            print(f"{Path(run) / RECORD}: {unknown}: not a setting of this recipe, ignored", flush=True)
        said = {name: value for name, value in overrides.items() if value is not None}
        for name, value in said.items():
            if recorded.get(name, value) != value:
                print(f"{Path(run) / RECORD}: {name} {recorded[name]} → {value}", flush=True)
        return cls(**{name: value for name, value in recorded.items() if name in names} | said | {"run": str(run)})

    def save(self):
        """Writes the record of the run; keeps entries that only an older recipe had."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / RECORD).write_text(json.dumps(read_record(self.folder) | asdict(self), indent=1))


def read_record(folder):
    path = folder / RECORD
    return json.loads(path.read_text()) if path.exists() else {}


# Tiny budgets: all stages in about a minute. The training squares are more than one batch of rendering and encoding, and NYU's third view is a virtual camera.
SMOKE = dict(
    smoke=True, workers=1,
    train_scenes=12, val_scenes=4, val_shaped=2,
    train_landscape=4, train_portrait=4, train_wide=4, train_halls=4, train_alike=4, train_handheld=4,
    vae_minutes=0.05, diffusion_minutes=0.07, text_minutes=0.03, vpd_minutes=0.12,
    vae_batch=4, diffusion_batch=4, scene_images=2, nyu_images=2, calibrate_images=6, text_batch=16, nyu_views=3,
)
