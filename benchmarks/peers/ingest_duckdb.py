"""What `forecart ingest` makes, as a DuckDB script a data engineer would write: per file the clean
lines as parquet and the refused rows with file, line and reason as CSV; the content hashes and the
count of exact duplicates over all files.

    ingest_duckdb.py FOLDER OUTPUT      JSON on stdout; seconds are wall-clock, without the start"""

import glob
import hashlib
import json
import os
import sys
import time

import duckdb

READ = """
create or replace temp table raw as
select row_number() over () + 1 as line, * from read_csv(?, all_varchar = true, header = true,
  columns = {'order_id': 'VARCHAR', 'product': 'VARCHAR', 'quantity': 'VARCHAR',
             'price': 'VARCHAR', 'time': 'VARCHAR', 'address': 'VARCHAR'},
  null_padding = true, parallel = false)
"""

JUDGE = """
create or replace temp table judged as
select *, try_strptime(time, '%m/%d/%y %H:%M') as sold_at, try_cast(quantity as integer) as units,
  try_cast(price as double) as unit_price,
  case when order_id is null and product is null and time is null then 'blank'
       when order_id = 'Order ID' then 'repeated_header'
       when sold_at is null then 'bad_time'
       when units is null then 'bad_quantity'
       when unit_price is null then 'bad_price' end as reason
from raw
"""

CLEAN = """
copy (select order_id, product, units as quantity, unit_price as price, sold_at as time, address, line
      from judged where reason is null) to '{}' (format parquet, compression zstd)
"""

REJECTS = """
copy (select '{}' as file, line, reason,
        concat_ws(',', order_id, product, quantity, price, time, address) as text
      from judged where reason is not null) to '{}' (header)
"""

DUPLICATES = """
select count(*) - count(distinct (order_id, product, quantity, price, time, address))
from read_parquet('{}/*.parquet')
"""


def ingest_file(database, path, output):
    """{reason: rows} of one file, accepted rows under the reason None."""
    with open(path, "rb") as file:
        content = hashlib.sha256(file.read()).hexdigest()
    database.execute(READ, [path])
    database.execute(JUDGE)
    database.execute(CLEAN.format(f"{output}/{content}.parquet"))
    database.execute(REJECTS.format(os.path.basename(path), f"{output}/{content}.csv"))
    return dict(database.execute("select reason, count(*) from judged group by 1").fetchall())


def main(folder, output):
    os.makedirs(output, exist_ok=True)
    start = time.perf_counter()
    database = duckdb.connect()
    counts = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.csv"))):
        for reason, rows in ingest_file(database, path, output).items():
            counts[reason] = counts.get(reason, 0) + rows
    duplicates = database.execute(DUPLICATES.format(output)).fetchone()[0]
    seconds = time.perf_counter() - start
    accepted = counts.pop(None, 0)
    print(json.dumps({
        "rows_read": accepted + sum(counts.values()), "rows_accepted": accepted,
        "rows_rejected": sum(counts.values()), "rejected_by_reason": counts,
        "exact_duplicates": duplicates, "seconds": seconds, "version": duckdb.__version__}))


if __name__ == "__main__":
    main(*sys.argv[1:])
