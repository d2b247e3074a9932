"""Stores weights with what they were made from, and the state of a training stage, so that an interrupted stage resumes where it stopped.

A file of weights, RUN/NAME.pt or packed NAME.pt.gz, is a dictionary: "average": the weights; "settings": those of the stage that trained them; "parents": the
weights that they were made from, a list of {"sha256", "share"}, with "part" where only a part of the model comes from them. Older files lack the last two.
Weights are known by the sha256 of their values in half precision, so packing does not change it.
"""

import gzip
import hashlib
import io
import time
from dataclasses import asdict, dataclass, field

import torch

from parallel import MovingAverage, agree, average_gradients, rate_factor


def half(state):
    return {name: value.half() if value.is_floating_point() else value for name, value in state.items()}


def fingerprint(state):
    """Returns the sha256 of weights: of names, shapes and values in half precision, in the order of the names."""
    digest = hashlib.sha256()
    for name, value in sorted(half(state).items()):
        digest.update(f"{name} {tuple(value.shape)}".encode())
        digest.update(value.contiguous().numpy().tobytes())
    return digest.hexdigest()


@dataclass
class Weights:
    """The contents of a file of weights."""

    state: dict
    settings: dict = field(default_factory=dict)  # {}: not known
    parents: list = field(default_factory=list)

    @classmethod
    def of(cls, content):
        """content: the dictionary of a file, or the bare weights of an older one."""
        return cls(content["average"], content.get("settings", {}), content.get("parents", [])) if "average" in content else cls(content)

    def content(self):
        return {"average": self.state, "settings": self.settings, "parents": self.parents}

    def as_parent(self, share=1.0, **part):
        return {"sha256": fingerprint(self.state), "share": share, **part}


def pack(every, folder):
    """Writes {name: Weights} to folder/name.pt.gz in half precision."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, weights in every.items():
        with gzip.open(folder / f"{name}.pt.gz", "wb", compresslevel=6) as file:
            torch.save(weights.content() | {"average": half(weights.state)}, file)


def unpacked(path):
    """Reads the Weights in a packed file, in single precision."""
    with gzip.open(path) as file:
        weights = Weights.of(torch.load(io.BytesIO(file.read()), weights_only=True))
    weights.state = {name: value.float() if value.is_floating_point() else value for name, value in weights.state.items()}
    return weights


def read_weights(folder, name="vpd"):
    """Reads the Weights of a stage ("vpd": fine-tuning) from a run folder or, if that has none, from packed weights in `folder`."""
    run, packed = folder / f"{name}.pt", folder / f"{name}.pt.gz"
    return unpacked(packed) if packed.exists() and not run.exists() else Weights.of(torch.load(run, weights_only=True))


def averaged(folder, name="vpd"):
    """Returns the averaged weights themselves, see read_weights."""
    return read_weights(folder, name).state


def parents_of(folder, *names):
    """Returns the entries of "parents" for a model that was put together from these weights of a run."""
    return [read_weights(folder, name).as_parent(part=name) for name in names]


def store(state, path):
    """Writes to a temporary file, then renames it, so that an interruption never leaves half a file."""
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.rename(path)


def packed_names(folder):
    """Returns the names of the packed weights in a folder.

    Raises SystemExit if it has none.
    """
    names = [name for name in ("vae", "text", "diffusion", "vpd") if (folder / f"{name}.pt.gz").exists()]
    if not names:
        raise SystemExit(f"{folder}: no packed weights there (vpd.pt.gz and the like); --start-from takes a folder such as checkpoints/.")
    return names


def unpack(folder, run):
    """Unpacks weights into a run folder, where stages start from them; keeps files that exist there.

    Raises SystemExit if `folder` has no packed weights.
    """
    names = packed_names(folder)
    run.mkdir(parents=True, exist_ok=True)
    for name in names:
        target = run / f"{name}.pt"
        if not target.exists():
            store(unpacked(folder / f"{name}.pt.gz").content(), target)


class Stage:
    """Loop state that all stages share: budget (`steps` if given, else `minutes`), schedule, averaged weights, checkpoints.

        stage = Stage("vae", module, optimizer, minutes, settings, rank, world, decay)  # parents: weights that the module was put together from
        while stage.goes_on():
            loss = ...
            stage.update(loss)
    """

    def __init__(self, name, module, optimizer, minutes, settings, rank, world, decay, steps=None, parents=()):
        self.path, self.module, self.optimizer = settings.folder / f"{name}.pt", module, optimizer
        self.minutes, self.steps, self.settings, self.rank, self.world = minutes, steps, settings, rank, world
        self.parents = list(parents)
        self.parameters = [p for group in optimizer.param_groups for p in group["params"]]
        self.average, self.step, self.before, self.progress = MovingAverage(module, decay), 0, 0.0, 0.0
        for group in optimizer.param_groups:
            group.setdefault("peak", group["lr"])
        if self.path.exists():
            self.load()
        self.started = self.saved = self.lapped = time.time()

    def restart_clock(self):
        """Restarts the clock; to be called after loading data, as only training counts as minutes."""
        self.started = self.saved = self.lapped = time.time()

    def load(self):
        state = torch.load(self.path, weights_only=True)
        if "optimizer" not in state:  # weights only (see `unpack`): a new schedule starts from them
            weights = Weights.of(state)
            self.module.load_state_dict(weights.state)
            self.parents = [weights.as_parent()]
            self.average = MovingAverage(self.module, self.average.decay)
            return
        self.module.load_state_dict(state["module"])
        self.average.state, self.average.steps = state["average"], state["step"]
        peaks = [group["peak"] for group in self.optimizer.param_groups]
        self.optimizer.load_state_dict(state["optimizer"])
        for group, peak in zip(self.optimizer.param_groups, peaks):
            group["peak"] = peak  # of the current settings, which the run's record holds, not of the checkpoint
        self.step, self.before, self.parents = state["step"], state["minutes"], state.get("parents", [])
        if self.rank == 0:
            print(f"{self.path.stem}: resumes at step {self.step}, {self.before:.1f} min", flush=True)

    def save(self):
        """Writes a checkpoint; called by process 0 only."""
        state = {
            "module": self.module.state_dict(), "average": self.average.state, "optimizer": self.optimizer.state_dict(),
            "step": self.step, "minutes": self.elapsed(), "settings": asdict(self.settings), "parents": self.parents,
        }
        store(state, self.path)
        self.saved = time.time()

    def weights(self):
        """Returns the averaged weights with what they were made from."""
        return Weights(self.average.state, asdict(self.settings), self.parents)

    def elapsed(self):
        """Returns the minutes of training, including those before an interruption."""
        return self.before + (time.time() - self.started) / 60

    def goes_on(self):
        """Returns False once the budget is spent (in all processes at the same step). Sets the learning rates for the next step."""
        self.progress = self.step / self.steps if self.steps else agree(self.elapsed() / self.minutes, self.world)
        if self.progress >= 1:
            if self.rank == 0:
                self.save()
            return False
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * rate_factor(self.progress)
        return True

    def update(self, loss):
        self.optimizer.zero_grad()
        loss.backward()
        self.apply()

    def apply(self):
        """Makes one optimizer step with the present gradients."""
        average_gradients(self.parameters, self.world)
        torch.nn.utils.clip_grad_norm_(self.parameters, self.settings.clip)
        self.optimizer.step()
        self.average.step()
        self.step += 1
        if self.rank == 0 and time.time() - self.saved > self.settings.checkpoint_minutes * 60:
            self.save()

    def lap(self):
        """Returns the seconds since the last call (or the start)."""
        now, last = time.time(), self.lapped
        self.lapped = now
        return now - last
