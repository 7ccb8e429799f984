"""Makes the windows of an exported network from the values of a series and what is known beside them,
by docs/formats/onnx.md: what a program that has the .onnx file and no forecart must do."""
import datetime

import numpy as np

LEAST_LOG_UNIT, LEAST_LOG_STEP, LEAST_SHARE = .05, .003, 1e-6
PAUSE_SHARE, LONG_RUN, STEPS_PER_UNIT, MOST_UNITS = .02, 7, 3, 15
GREATEST_CHANGE = 4
LEVEL_SEASONS = 3
YEAR_WAVES, MOST_CHANGES = 3, 8
SECONDS = {"D": 86400, "h": 3600}
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
        last = self.end + step - length * (max(step, 0) // length + 1)
        places = [last - length * i for i in range(seasons) if last - length * i >= 0]
        if not places:
            return None
        return (np.mean([self.u[place] for place in places]),
                np.mean([self.mean(length, place + 1) for place in places]))


def bounded_ratio(now, then):
    return np.clip(now / then, 1 / GREATEST_CHANGE, GREATEST_CHANGE) if then > 0 else 1


def repeated(series, rule, step):
    length = series.seasons[rule["season"]]
    before = series.at(series.end + step - length * (step // length + 1))
    if rule["change"] == 0 or series.end <= length:
        return before
    now, then = series.mean(rule["level"]), series.mean(rule["level"], series.end - length)
    if series.multiplies:
        return before * bounded_ratio(now, then) ** rule["change"]
    most = 2 * series.deviation(2 * length)
    return before + rule["change"] * np.clip(now - then, -most, most)


def profiled(series, rule, step, width=None):
    """Also of a step less than a season before the end."""
    level = series.mean(width or rule["level"])
    phase = series.phase(series.seasons[rule["season"]], step, rule["seasons"])
    if phase is None:
        return level
    if not series.multiplies:
        return level + phase[0] - phase[1]
    return level * phase[0] / phase[1] if phase[1] > 0 else level


def recent(series, rule, step):
    """A profile, moved by a fading share of how the last values lie beside it."""
    width = LEVEL_SEASONS * series.seasons[rule["season"]]
    count = min(rule["level"], series.end)
    expected = np.mean([profiled(series, rule, -back, width) for back in range(1, count + 1)])
    share, said = np.exp(-step / rule["level"]), profiled(series, rule, step, width)
    if not series.multiplies:
        return said + share * (series.mean(count) - expected)
    return said * bounded_ratio(series.mean(count), expected) ** share


RULES = {"level": lambda series, rule, step: series.mean(rule["level"]), "repeat": repeated,
         "profile": profiled, "recent": recent}


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


def bucket_of(frequency, label):
    """Buckets since 1970, of labels without a time zone."""
    since = datetime.datetime.fromisoformat(label) - datetime.datetime(1970, 1, 1)
    return round(since.total_seconds() / SECONDS[frequency])


def year_waves(plan, end, step):
    if not plan["year"]:
        return []
    angles = 2 * np.pi * (end + step) / plan["year"] * np.arange(1, YEAR_WAVES + 1)
    return [number for angle in angles for number in (np.sin(angle), np.cos(angle))]


class Beside:
    """What is known beside a series, as the network reads it: "rows" of cells by bucket from "first"
    on, the future columns and then the past ones, and its fixed "cells" by name. Usual values are
    those before `end`."""

    def __init__(self, plan, told, end):
        self.reading, self.first = plan["covariates"], told["first"]
        self.cells = told["cells"]
        rows = np.array(told["rows"], float)
        self.columns = [self.encoded(column, rows[:, c], rows[:end - self.first, c])
                        for c, column in enumerate(self.reading["columns"])]

    @staticmethod
    def encoded(column, values, history):
        known = history[~np.isnan(history)]
        usual = known.mean() if len(known) else np.nan
        values = np.where(np.isnan(values), 0 if column["as_is"] else usual, values)
        if column["as_is"]:
            return np.clip(values, -MOST_CHANGES, MOST_CHANGES)
        if np.isnan(usual) or (column["relative"] and usual <= 0):
            return np.zeros_like(values)
        change = values / usual - 1 if column["relative"] else values - usual
        return np.clip(change / column["unit"], -MOST_CHANGES, MOST_CHANGES)

    def mean(self, begin, end, column):
        """Buckets before the first count as the usual value, which reads as zero."""
        places = slice(max(begin - self.first, 0), max(end - self.first, 0))
        return self.columns[column][places].sum() / (end - begin)

    def means(self, begin, end):
        return [self.mean(begin, end, column) for column in range(len(self.columns))]

    def ahead(self, plan, end, step):
        """Of each future column: at the step, at the season before, the recent mean."""
        season = plan["seasons"][0]
        before = end + step - season * (step // season + 1)
        return [number for column in range(len(self.reading["future"]))
                for number in (self.mean(end + step, end + step + 1, column),
                               self.mean(before, before + 1, column),
                               self.mean(end - plan["level"], end, column))]

    def fixed(self):
        """(codes, numbers)"""
        codes, numbers = [], []
        for name, column in zip(self.reading["fixed"], self.reading["fixed_columns"]):
            cell = self.cells.get(name)
            if column["categories"]:
                known = cell in column["categories"]
                codes.append(1 + column["categories"].index(cell) if known else 0)
            else:
                number = 0 if cell is None else (cell - column["centre"]) / column["unit"]
                numbers.append(np.clip(number, -MOST_CHANGES, MOST_CHANGES))
        return codes, numbers


def window(plan, values, floor, positions, end=None, told=None):
    """The inputs of one window, by name. `end` is the bucket of the first step ahead, where the plan
    has a year or covariates, `told` what is known beside the series, where it has those."""
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
    flat += year_waves(plan, end, 0)
    known = [[] for _ in base]
    made = {"base": base, "centre": [centre], "unit": [unit]}
    if told is not None:
        beside = Beside(plan, told, end)
        ends = end - block * np.arange(steps)[::-1]
        features = np.hstack([features, [beside.means(last - block, last) for last in ends]])
        codes, numbers = beside.fixed()
        flat += beside.means(end - block, end) + numbers
        known = [beside.ahead(plan, end, step) for step in range(len(base))]
        if codes:
            made["codes"] = codes
    known = [row + year_waves(plan, end, step) for step, row in enumerate(known)]
    if known[0]:
        made["known"] = known
    return made | {"features": features, "flat": flat}
