#!/usr/bin/env python3
"""Freezes the public holidays of all countries into src/ingest/country_holidays.tsv.

    python3 -m venv /tmp/holidays && /tmp/holidays/bin/pip install holidays==0.109
    /tmp/holidays/bin/python tools/freeze_holidays.py > src/ingest/country_holidays.tsv

The source is PyPI's `holidays` (MIT licence). One line per country and holiday: ISO 3166 code, name
in English where there is one, and the days as MMDD:YEARS;..., where YEARS counts from FIRST: 3,5-7."""

import collections
import logging
import sys
import warnings

FIRST, LAST = 1990, 2050


def runs(years):
    """Ascending numbers as text: 1,3-5."""
    spans = []
    for year in years:
        if spans and spans[-1][1] == year - 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def line(country, name, days):
    """A line of the table for the days of one holiday."""
    years = collections.defaultdict(list)
    for day in sorted(days):
        years[f"{day.month:02}{day.day:02}"].append(day.year - FIRST)
    text = ";".join(f"{day}:{runs(counts)}" for day, counts in sorted(years.items()))
    return f"{country}\t{name}\t{text}"


def days_by_name(holidays, country):
    """The days of each public holiday of a country."""
    languages = getattr(holidays, country).supported_languages
    calendar = holidays.country_holidays(
        country, years=range(FIRST, LAST + 1), language="en_US" if "en_US" in languages else None)
    result = collections.defaultdict(set)
    for day in calendar:
        if not FIRST <= day.year <= LAST:
            continue
        for name in calendar.get_list(day):
            result[" ".join(name.split())].add(day)
    return result


def main():
    import holidays  # pylint: disable=import-outside-toplevel

    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    print(f"# Public holidays {FIRST} to {LAST}, from holidays {holidays.__version__} (PyPI, MIT licence)"
          " by tools/freeze_holidays.py")
    countries = [code for code in sorted(holidays.list_supported_countries(include_aliases=False))
                 if len(code) == 2]
    for country in countries:
        for name, days in sorted(days_by_name(holidays, country).items()):
            print(line(country, name, days))


if __name__ == "__main__":
    sys.exit(main())
