"""What runs of the recipe may differ in: hyper-parameters, each with its unit and the reason for its value. Constants of one idea stand
in that idea's file.

Stages are boxed by wall-clock minutes, not by steps: the budget is what is scarce. The whole object is written to
`RUN/config.json`, where later calls on the same run find it, and into every checkpoint.
"""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

# Width and height in pixels at one focal length (scene.FOCAL): a square, a wide or a tall photo is a crop of the same camera's view.
SHAPES = {"square": (256, 256), "landscape": (320, 240), "portrait": (240, 320), "wide": (320, 180)}

SEEDS_OF_A_SET = 1_000_000  # room for more scenes of every shape
RECORD = "config.json"  # in a run's folder


@dataclass(frozen=True)
class SceneSet:
    """Scenes of one shape; their arrays, latents and phrases carry its name."""

    name: str
    width: int
    height: int
    first_seed: int
    count: int
    kind: str = "room"  # of scene.KINDS
    surfaces: bool = False  # with patches of photos on its surfaces, see surfaces.py


@dataclass
class Settings:
    run: str = "run"  # folder for scenes, latents and checkpoints; never inside the repository
    data: str | None = None  # folder with nyu-train/ and photos/; None: generated scenes only
    workers: int = 2  # processes of one thread each: measured faster than one process of many threads
    seed: int = 1
    bfloat16: bool = True  # 1.8 times the steps where the CPU has AVX-512 BF16; switch off elsewhere, where it takes eight times as long

    # Scenes. Validation seeds start where no training seed can reach.
    train_scenes: int = 8000  # squares; 30 scenes/s with three processes
    train_landscape: int = 4000  # the other shapes: photos are rarely square
    train_portrait: int = 2000
    train_wide: int = 2000
    train_halls: int = 2000  # 4:3; shops and open floors of photographs are deeper than any room of the other sets
    train_alike: int = 2000  # 4:3; rooms of many equals: "the small chair" is rarely said of the other sets
    train_handheld: int = 2000  # 4:3; fuller rooms through a camera as NYU's is held
    val_scenes: int = 200
    val_shaped: int = 60  # of each other shape
    train_first_seed: int = 0
    val_first_seed: int = 10_000_000
    render_batch: int = 8  # scenes; larger batches fall out of the cache

    # Autoencoder
    vae_minutes: float = 14.0
    vae_batch: int = 8  # crops a process; steps count more than samples in so short a stage
    vae_crop: int = 96  # pixels; the encoder is convolutional, so crops teach whole images
    vae_rate: float = 2e-3  # peak learning rate; all of them follow a warmed-up cosine over the stage's minutes
    vae_kl: float = 1e-4  # weight of the KL term; 3e-4 cost 2 dB
    vae_ema: float = 0.995  # the stage has about 1500 steps
    vae_chroma: float = 3.0  # weight of colour differences of 4×4 means: without it four channels learnt brightness and
    # edges only, and red, green and purple came out alike
    vae_gradient: float = 0.5  # weight of the L1 of image gradients: edges over flat colour
    nyu_views: int = 30  # of every NYU photo, for the diffusion; fine-tuning draws a new one each time

    # Text warm-up (stand-in for CLIP's pre-training; without it a jointly trained encoder was ignored)
    text_minutes: float = 2.5
    text_batch: int = 96
    text_rate: float = 1.5e-3

    # Diffusion
    diffusion_minutes: float = 20.0
    diffusion_batch: int = 12  # latents a process
    diffusion_rate: float = 1.2e-3
    caption_dropout: float = 0.1  # as in Stable Diffusion
    beta_first: float = 0.00085  # Stable Diffusion's schedule: linear in the square root, 1000 steps
    beta_last: float = 0.012
    high_noise_share: float = 0.6  # of the batches: those whose steps are all drawn from 250..999, where words matter most
    photo_share: float = 0.15  # of the diffusion's batches
    nyu_share: float = 0.2

    # Fine-tuning of the three tasks
    vpd_minutes: float = 40.0
    scene_images: int = 7  # a process and step; all three tasks see them
    nyu_images: int = 5
    # NYU's pictures: 15 % of them are shown as taken (data.AS_TAKEN), without furniture of other rooms and through the photographer's camera.
    pasted_share: float = 0.5  # of those not shown as taken: with furniture of other rooms, see paste.py
    moved_share: float = 0.5  # of those not shown as taken: seen from another place, see parallax.py
    tinted_share: float = 0.3  # of all: with painted furniture, see tint.py
    redecorated_share: float = 0.3  # of those without painted furniture, whose words must stay true: in other materials, see redecorate.py
    scene_expressions: float = 1.0  # an image, in pairs: at 1.0 every second image has none
    nyu_expressions: float = 1.0  # the same; of NYU's rooms fewer kinds of things can be said
    vpd_rate: float = 0.8e-3
    encoder_rate_share: float = 0.5  # rate of the encoder over that of the rest; 0: it stays as the autoencoder's stage left it
    text_rate_share: float = 1.0  # rate of the text encoder over that of the rest; at 0.2 "left" and "right" were hardly told apart
    absent_share: float = 0.15  # of the expressions: those that fit nothing in the image
    depth_weight: float = 2.5  # the three weights make the losses' gradients on the UNet comparable
    refer_weight: float = 2.0
    segment_weight: float = 1.0
    silog_lambda: float = 0.3  # 0: log RMSE, 1: scale is free; metric depth needs the scale
    depth_metres_weight: float = 0.3  # of the images' RMSE in metres, which is what is judged; far pixels decide it
    dice_weight: float = 0.3  # beside cross-entropy: small masks count as much as large ones
    segment_dice_weight: float = 0.8  # of soft dice over classes, which is nearer to mean IoU than cross-entropy is
    class_balance: float = 0.35  # power of a class's frequency by which its pixels weigh less
    map_weight: float = 0.15  # cross-entropy on the segment maps themselves, so that map k means class k
    refer_map_weight: float = 0.5  # the same for the referring maps, see finetune.refer_loss
    batchnorm_freeze: float = 0.35  # progress from which running statistics are used in training too: batches are small
    # and hold one source, while inference sees the mixture
    ema: float = 0.999

    calibrate_images: int = 320  # of each source; with 96, the area masked in vain came out at 0.019 or at 0.022 by chance

    optimizer: str = "muon"  # of fine-tuning: half as many steps as with "adamw"
    weight_decay: float = 0.01  # AdamW's usual; too few steps for it to matter
    clip: float = 1.0  # gradient norm
    checkpoint_minutes: float = 3.0
    evaluate_minutes: float = 10.0  # between the short evaluations during fine-tuning

    smoke: bool = False

    def __post_init__(self):
        seeds = lambda split: [range(each.first_seed, each.first_seed + each.count) for each in self.scene_sets(split)]
        if any(train.start < val.stop and val.start < train.stop for train in seeds("train") for val in seeds("val")):
            raise ValueError(
                f"train_first_seed {self.train_first_seed}: scenes of training would be those held out from val_first_seed {self.val_first_seed} on"
            )

    @property
    def folder(self):
        return Path(self.run)

    def scene_sets(self, split):
        """The sets of "train" or "val": squares first, rooms of other kinds for training only. Every set has seeds of its own."""
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

    @classmethod
    def load(cls, run, **overrides):
        """Settings of a run: those that its folder records (without a record: the defaults), under `overrides`; one that is None says nothing.
        Prints what differs from the record."""
        recorded, names = read_record(Path(run)), {field.name for field in fields(cls)}
        if unknown := ", ".join(sorted(recorded.keys() - names)):
            print(f"{Path(run) / RECORD}: {unknown}: no setting of this recipe, not used", flush=True)
        said = {name: value for name, value in overrides.items() if value is not None}
        for name, value in said.items():
            if recorded.get(name, value) != value:
                print(f"{Path(run) / RECORD}: {name} {recorded[name]} → {value}", flush=True)
        return cls(**{name: value for name, value in recorded.items() if name in names} | said | {"run": str(run)})

    def save(self):
        """Writes the record of the run; what an older recipe recorded beside it stays."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / RECORD).write_text(json.dumps(read_record(self.folder) | asdict(self), indent=1))


def read_record(folder):
    path = folder / RECORD
    return json.loads(path.read_text()) if path.exists() else {}


# Tiny budgets: all stages in about two minutes, on generated scenes alone.
SMOKE = dict(
    smoke=True, workers=1,
    train_scenes=24, val_scenes=8, val_shaped=4,
    train_landscape=8, train_portrait=8, train_wide=8, train_halls=8, train_alike=8, train_handheld=8,
    vae_minutes=0.1, diffusion_minutes=0.1, text_minutes=0.05, vpd_minutes=0.2,
    vae_batch=4, diffusion_batch=4, scene_images=2, calibrate_images=16, text_batch=16, nyu_views=1,
)
