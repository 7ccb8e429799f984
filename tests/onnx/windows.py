"""Makes the windows of an exported network from the values of a series, by docs/formats/onnx.md: what a
program that has the .onnx file and no forecart must do. Of what stands beside the sales it reads
nothing; those numbers follow the ones made here."""
import numpy as np

LEAST_LOG_UNIT, LEAST_LOG_STEP, LEAST_SHARE = .05, .003, 1e-6
PAUSE_SHARE, LONG_RUN, STEPS_PER_UNIT, MOST_UNITS = .02, 7, 3, 15
GREATEST_CHANGE = 4
MULTIPLIES = {"scaled"}


class Series:
    """Values before an origin in working units, without gaps; nothing here looks at later ones."""

    def __init__(self, plan, values, floor):
        y = np.array([np.nan if value is None else value for value in values], float)
        if plan["space"] == "log":
            y = np.log(np.maximum(y, floor))
        first = np.flatnonzero(~np.isnan(y))[0]
        y[:first] = y[first]
        season = plan["seasons"][0]
        for t in range(first, len(y)):
            if np.isnan(y[t]):
                y[t] = y[t - season] if t >= season else y[t - 1]
        self.u, self.end, self.seasons = y, len(y), plan["seasons"]
        self.multiplies = plan["space"] in MULTIPLIES

    def at(self, position):
        return self.u[max(position, 0)]

    def last(self, width, end=None):
        end = self.end if end is None else end
        return self.u[max(end - width, 0):end]

    def mean(self, width, end=None):
        return self.last(width, end).mean()

    def deviation(self, width):
        return self.last(width).std()

    def step_size(self, width):
        return np.abs(np.diff(self.last(width))).sum() / max(len(self.last(width)) - 1, 1)

    def phase(self, length, step, seasons):
        """Means of the values and of the levels at the step's phase of the last seasons."""
        last = self.end + step - length * (step // length + 1)
        places = [last - length * i for i in range(seasons) if last - length * i >= 0]
        if not places:
            return None
        return (np.mean([self.u[place] for place in places]),
                np.mean([self.mean(length, place + 1) for place in places]))


def repeated(series, rule, step):
    length = series.seasons[rule["season"]]
    before = series.at(series.end + step - length * (step // length + 1))
    if rule["change"] == 0 or series.end <= length:
        return before
    now, then = series.mean(rule["level"]), series.mean(rule["level"], series.end - length)
    if series.multiplies:
        ratio = np.clip(now / then, 1 / GREATEST_CHANGE, GREATEST_CHANGE) if then > 0 else 1
        return before * ratio ** rule["change"]
    most = 2 * series.deviation(2 * length)
    return before + rule["change"] * np.clip(now - then, -most, most)


def profiled(series, rule, step):
    level = series.mean(rule["level"])
    phase = series.phase(series.seasons[rule["season"]], step, rule["seasons"])
    if phase is None:
        return level
    if not series.multiplies:
        return level + phase[0] - phase[1]
    return level * phase[0] / phase[1] if phase[1] > 0 else level


RULES = {"level": lambda series, rule, step: series.mean(rule["level"]), "repeat": repeated,
         "profile": profiled}


def frame(plan, series):
    """(centre, unit)"""
    level, year = plan["level"], max(plan["block"] * plan["steps"], plan["level"])
    if plan["space"] == "scaled":
        return 2 * (series.mean(level) + PAUSE_SHARE * series.mean(LONG_RUN * level),)
    if plan["space"] == "log":
        least = LEAST_LOG_STEP if plan["about_last"] else LEAST_LOG_UNIT
    else:
        least = LEAST_SHARE * (abs(series.mean(year)) + series.deviation(year))
    if plan["about_last"]:
        return series.u[-1], STEPS_PER_UNIT * max(series.step_size(year), least)
    return series.mean(level), max(series.deviation(level), least)


def window(plan, values, floor, positions):
    """The inputs of one window, by name."""
    series = Series(plan, values, floor)
    base = np.array([sum(weight * RULES[rule["kind"]](series, rule, step)
                         for weight, rule in zip(plan["weights"], plan["rules"]))
                     for step in range(plan["horizon"])])
    centre, unit = frame(plan, series)
    middle, width = (centre, unit) if unit > 0 else (0, 1)

    def read(u):
        x = (np.asarray(u) - middle) / width
        return np.clip(x if plan["space"] == "log" else np.arcsinh(x), -MOST_UNITS, MOST_UNITS)

    block, steps = plan["block"], plan["steps"]
    r = read([series.at(t) for t in range(series.end - block * (steps + 1), series.end)])
    features = np.stack([r[block:], r[block:] - r[:-block]], 1).reshape(steps, 2 * block)
    flat = [*read(series.u[[max(t, 0) for t in range(series.end - plan["flat"], series.end)]]),
            *read(base)]
    for season, position in zip(plan["seasons"], positions):
        for wave in (1, 2) if season > 1 else ():
            angle = 2 * np.pi * wave * position / season
            flat += [np.sin(angle), np.cos(angle)]
    return {"features": features, "flat": np.array(flat), "base": base, "centre": [centre],
            "unit": [unit]}
