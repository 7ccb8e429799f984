"""The table that `forecart forecast -o FILE.csv` writes, for the scores here."""
import csv


def read(path):
    """model -> unique_id -> ds -> mean, in the order of the file; intervals are left out."""
    with open(path, newline="") as file:
        reader = csv.DictReader(file)
        models = [name for name in reader.fieldnames
                  if name not in ("unique_id", "ds") and "-lo-" not in name and "-hi-" not in name]
        result = {model: {} for model in models}
        for row in reader:
            for model in models:
                result[model].setdefault(row["unique_id"], {})[row["ds"]] = float(row[model])
    return result
