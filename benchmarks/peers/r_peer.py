"""R among the peers: it comes from Debian and may be missing."""

import os
import subprocess
import sys

ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
INSTALL = "apt-get install r-base-core r-cran-forecast, or scripts/setup --test"


def found(package):
    """Whether Rscript runs and has the package; where not, stderr says how to get both."""
    check = f"stopifnot(requireNamespace('{package}', quietly = TRUE))"
    try:
        if subprocess.run(["Rscript", "-e", check], capture_output=True).returncode == 0:
            return True
    except FileNotFoundError:
        pass
    print(f"peers: R is left out, there is no Rscript with the package {package} ({INSTALL})",
          file=sys.stderr)
    return False


def environment():
    """In which a peer's process keeps to one thread."""
    return os.environ | ONE_THREAD
