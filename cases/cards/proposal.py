"""What tesseract reads on a picture, where it is installed with Norwegian: a proposal, never more."""

import shutil
import subprocess
from functools import cache

PROGRAM = "tesseract"
LANGUAGE = "nor"
SECONDS = 20
LONGEST = 5_000  # characters


@cache
def is_installed() -> bool:
    """Whether tesseract is there and knows Norwegian."""
    program = shutil.which(PROGRAM)
    if program is None:
        return False
    try:
        run = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=SECONDS)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return LANGUAGE in (run.stdout + run.stderr).split()


def of_picture(picture: bytes) -> str:
    """The text on the picture; nothing when it can't be read in time."""
    program = shutil.which(PROGRAM)
    if program is None:
        return ""
    command = [program, "-", "-", "-l", LANGUAGE, "--psm", "4"]
    try:
        run = subprocess.run(command, input=picture, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ""
    lines = (" ".join(line.split()) for line in run.stdout.decode(errors="replace").splitlines())
    kept = (line for line in lines if sum(map(str.isalpha, line)) > 2)
    return "\n".join(kept).replace("\0", "")[:LONGEST]
