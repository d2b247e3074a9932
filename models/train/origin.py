"""Says beside stored arrays and phrases what they were made from (RUN/NAME.origin), so that a run whose settings have changed does not take them for its
own. The file is written last, so what an interrupted stage left behind has none."""

import hashlib
import json


def digest(lines):
    """Returns the sha256 of a list of texts."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def path_of(folder, name):
    return folder / f"{name}.origin"


def forget(folder, name):
    """To be called before NAME is made again."""
    path_of(folder, name).unlink(missing_ok=True)


def write(folder, name, said):
    """said: what NAME was made from, as JSON holds it."""
    path_of(folder, name).write_text(json.dumps(said, indent=1))


def check(folder, name, said, stage):
    """Raises SystemExit unless NAME was made by `stage` from what is `said`."""
    path, again = path_of(folder, name), f"run train.py --stages {stage} again"
    if not path.exists():
        raise SystemExit(f"{path}: missing, so {name} was never finished or is older than these files; {again}.")
    found = json.loads(path.read_text())
    if differing := [key for key in said if found.get(key) != said[key]]:
        changes = ", ".join(f"{key} {found.get(key)!r} where the run now has {said[key]!r}" for key in differing)
        raise SystemExit(f"{path}: {name} was made from {changes}; {again}, or give the run its former settings.")
