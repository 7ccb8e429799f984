"""What the checks of exported networks share: the interpreter that has onnx and onnxruntime
(third_party/onnx/venv, made by scripts/setup --test), and how numbers are compared."""
import json
import os
import sys
from pathlib import Path

TOLERANCE = 1e-5  # of the greatest size of an output of a window
VENV = Path(__file__).resolve().parents[2] / "third_party/onnx/venv/bin/python"
SKIPPED = 77


def enter():
    """Goes on in the interpreter that has the peers; exit 77 where there is none."""
    if not VENV.exists():
        print("skipped: onnxruntime is not installed; run scripts/setup --test")
        sys.exit(SKIPPED)
    if Path(sys.prefix) != VENV.parents[1]:
        os.execv(VENV, [str(VENV), *sys.argv])


def read_json(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


def session(path):
    """The file, fully checked by onnx, ready in onnxruntime."""
    import onnx
    import onnxruntime
    onnx.checker.check_model(onnx.load(path), full_check=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 2
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def distance(found, wanted):
    """The greatest difference, relative to the greatest size of what is wanted."""
    import numpy as np
    found, wanted = np.asarray(found, float), np.asarray(wanted, float)
    assert found.shape == wanted.shape, f"shape {found.shape}, wanted {wanted.shape}"
    assert np.isfinite(found).all() and np.isfinite(wanted).all()
    return float(np.abs(found - wanted).max() / max(np.abs(wanted).max(), 1e-30))


def run(session, series):
    """The outputs of a session on the windows of some series of an example."""
    import numpy as np
    kinds = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(int64)": np.int64}
    inputs = {port.name: np.asarray([one["inputs"][port.name] for one in series], kinds[port.type])
              for port in session.get_inputs()}
    names = [port.name for port in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs)))


def check_windows(told, series, beside):
    """The greatest difference of all that the network reads and windows made by Python of the values
    and what is known beside them."""
    import windows
    plan = told["plan"]
    covariates = plan["covariates"]
    has_beside = bool(covariates["columns"] or covariates["fixed"])
    assert has_beside == (beside is not None), "what stands beside the sales is to be checked too"
    end = None
    if plan["year"] or has_beside:
        end = windows.bucket_of(told["frequency"], series["ds"][0])
    made = windows.window(plan, series["values"], series["floor"], series["positions"], end,
                          beside and beside[series["unique_id"]])
    if "features" not in series["inputs"]:  # of a network that is not recurrent
        del made["features"]
    assert made.keys() == series["inputs"].keys(), f"{made.keys()}, {series['inputs'].keys()}"
    return max(distance(series["inputs"][name], wanted) for name, wanted in made.items())


def check_export(path, example, beside=None):
    """The greatest difference by output; all windows at once and each on its own. Under "windows"
    that of the inputs. `beside` is by series what windows.Beside reads."""
    told = read_json(example)
    ready = session(str(path))
    words = ready.get_modelmeta().custom_metadata_map
    assert json.loads(words["plan"]) == told["plan"], "the plan is not in the metadata"
    assert told["series"], "the example shows no series"
    together = run(ready, told["series"])
    worst = {"windows": max(check_windows(told, one, beside) for one in told["series"])}
    for i, one in enumerate(told["series"]):
        alone = run(ready, [one])
        for name, wanted in one["outputs"].items():
            if name not in together:
                assert name == "quantiles", f"no output {name}"
                continue
            for found in (together[name][i], alone[name][0]):
                worst[name] = max(worst.get(name, 0.0), distance(found, wanted))
    return worst
