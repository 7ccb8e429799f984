#!/usr/bin/env python3
"""Says what plans foretold and what the runs after them took.

  compare.py NAME PREFIX      reads PREFIX.{probe,run,moved,again}.{plan,run}, as scripts/proofs/plan writes them;
                              exit 1 where core-seconds were foretold more than 25 % too high or low"""
import json
import sys


SOURCES = {
    "probe": "told by a probe",
    "run": "told by a run",
    "moved": "going on, told by a probe",
    "again": "going on, told by such a run",
}


def ratio_line(name, source, plan, run):
    foretold, measured = plan["usage"], run["usage"]

    def told(key, unit):
        before, after = foretold[key], measured[key]
        return f"{before / unit:.2f} for {after / unit:.2f} ({before / after:.2f})"

    requests = (sum(u["requests"].values()) for u in (foretold, measured))
    x86 = [u["cost"]["platforms"][0]["total"] for u in (plan, run)]
    return (f"{name}, {source}: core-seconds {told('core_seconds', 1)}, "
            f"memory MB {told('peak_memory_bytes', 1e6)}, MB written {told('bytes_written', 1e6)}, "
            f"requests {'/'.join(str(r) for r in requests)}, Lambda x86 {x86[0] / x86[1]:.2f}")


if __name__ == "__main__":
    missed = False
    for source, told_by in SOURCES.items():
        files = []
        for kind in ("plan", "run"):
            with open(f"{sys.argv[2]}.{source}.{kind}", encoding="utf-8") as file:
                files.append(json.load(file))
        print(ratio_line(sys.argv[1], told_by, *files))
        foretold, measured = (file["usage"]["core_seconds"] for file in files)
        missed = missed or not .75 <= foretold / measured <= 1.25
    sys.exit(1 if missed else 0)
