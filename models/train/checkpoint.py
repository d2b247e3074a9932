"""One training stage's state on disk, so that a stage that was cut off goes on where it stopped."""

import gzip
import io
import time
from dataclasses import asdict

import torch

from parallel import MovingAverage, agree, average_gradients, rate_factor


def half(state):
    return {name: value.half() if value.is_floating_point() else value for name, value in state.items()}


def pack(states, folder):
    """{name: state} → folder/name.pt.gz in half precision."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, state in states.items():
        with gzip.open(folder / f"{name}.pt.gz", "wb", compresslevel=6) as file:
            torch.save(half(state), file)


def unpacked(path):
    """The state in a packed file, in single precision."""
    with gzip.open(path) as file:
        state = torch.load(io.BytesIO(file.read()), weights_only=True)
    return {name: value.float() if value.is_floating_point() else value for name, value in state.items()}


def averaged(folder, name="vpd"):
    """The averaged weights of a stage ("vpd": fine-tuning) in a run folder or among packed weights."""
    run, packed = folder / f"{name}.pt", folder / f"{name}.pt.gz"
    return unpacked(packed) if packed.exists() and not run.exists() else torch.load(run, weights_only=True)["average"]


def store(state, path):
    """Written beside and renamed, so that nobody ever reads half a file, after an interruption either."""
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.rename(path)


def unpack(folder, run):
    """Puts packed weights into a run folder, where stages start from them; what is there already stays."""
    packed = [name for name in ("vae", "text", "diffusion", "vpd") if (folder / f"{name}.pt.gz").exists()]
    if not packed:
        raise SystemExit(f"{folder}: no packed weights there (vpd.pt.gz and the like); --start-from takes a folder such as checkpoints/.")
    run.mkdir(parents=True, exist_ok=True)
    for name in packed:
        target = run / f"{name}.pt"
        if not target.exists():
            state = unpacked(folder / f"{name}.pt.gz")
            store({"average": state} if name in ("diffusion", "vpd") else state, target)


class Stage:
    """Loop state shared by the stages: budget (minutes, or steps where given), schedule, averaged weights, checkpoints.

        stage = Stage("vae", module, optimizer, minutes, settings, rank, world, decay)
        while stage.goes_on():
            loss = ...
            stage.update(loss)
    """

    def __init__(self, name, module, optimizer, minutes, settings, rank, world, decay, steps=None):
        self.path, self.module, self.optimizer = settings.folder / f"{name}.pt", module, optimizer
        self.minutes, self.steps, self.settings, self.rank, self.world = minutes, steps, settings, rank, world
        self.parameters = [p for group in optimizer.param_groups for p in group["params"]]
        self.average, self.step, self.before, self.progress = MovingAverage(module, decay), 0, 0.0, 0.0
        for group in optimizer.param_groups:
            group.setdefault("peak", group["lr"])
        if self.path.exists():
            self.load()
        self.started = self.saved = time.time()

    def restart_clock(self):
        """Call when loading data took a while: minutes are minutes of training."""
        self.started = self.saved = time.time()

    def load(self):
        state = torch.load(self.path, weights_only=True)
        if "optimizer" not in state:  # weights alone (see `unpack`): a new schedule from there
            self.module.load_state_dict(state["average"])
            self.average = MovingAverage(self.module, self.average.decay)
            return
        self.module.load_state_dict(state["module"])
        self.average.state, self.average.steps = state["average"], state["step"]
        peaks = [group["peak"] for group in self.optimizer.param_groups]
        self.optimizer.load_state_dict(state["optimizer"])
        for group, peak in zip(self.optimizer.param_groups, peaks):
            group["peak"] = peak  # of the settings as they are now, which the run's record holds
        self.step, self.before = state["step"], state["minutes"]
        if self.rank == 0:
            print(f"{self.path.stem}: goes on at step {self.step}, {self.before:.1f} min", flush=True)

    def save(self):
        """Process 0 only."""
        state = {
            "module": self.module.state_dict(), "average": self.average.state, "optimizer": self.optimizer.state_dict(),
            "step": self.step, "minutes": self.elapsed(), "settings": asdict(self.settings),
        }
        store(state, self.path)
        self.saved = time.time()

    def elapsed(self):
        """Minutes, those before an interruption included."""
        return self.before + (time.time() - self.started) / 60

    def goes_on(self):
        """False when the budget is spent (in all processes at the same step). Sets the learning rates for the next step."""
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
        """One optimizer step on the gradients that are there."""
        average_gradients(self.parameters, self.world)
        torch.nn.utils.clip_grad_norm_(self.parameters, self.settings.clip)
        self.optimizer.step()
        self.average.step()
        self.step += 1
        if self.rank == 0 and time.time() - self.saved > self.settings.checkpoint_minutes * 60:
            self.save()

    def lap(self):
        """Seconds since the last call (or the start)."""
        now, last = time.time(), getattr(self, "last_lap", self.started)
        self.last_lap = now
        return now - last
