#pragma once

#include "base/time.h"
#include "pipeline/demo_plan.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace forecart {

/// What was planted into a year of orders of an invented shop, so that a test can hold the counts
/// of ingest against it. Every row of the files is counted in exactly one of the row fields; the
/// first header of a file is no row.
struct DemoReport {
  std::vector<std::filesystem::path> files;  ///< orders_YYYY_01.csv ... orders_YYYY_12.csv
  std::int64_t rows = 0;                     ///< all data rows, the sum of the eight below
  std::int64_t sales = 0;                    ///< clean order lines with a positive quantity
  std::int64_t returns = 0;                  ///< order id of the sale, negative quantity
  std::int64_t credits = 0;           ///< cancelled: order id with prefix C, negative quantity
  std::int64_t exact_duplicates = 0;  ///< copies of the row right before
  std::int64_t blank = 0;             ///< rows of commas only
  std::int64_t repeated_headers = 0;
  std::int64_t bad_times = 0;  ///< rows whose time is none, all else being sound
  std::int64_t bad_quantities =
      0;                    ///< rows whose quantity is no whole number, all else being sound
  std::int64_t orders = 0;  ///< orders that were placed, cancelled ones included
  std::int64_t units = 0;   ///< units of sales less those of returns and credits
  Instant first;            ///< earliest of sales, returns and credits
  Instant last;             ///< latest of them
  std::vector<DemoPeriod> promotions;
  std::vector<DemoPeriod> stock_outs;
  std::vector<std::chrono::sys_days> closed;  ///< days without any order
  std::string launched;                       ///< the product that is sold from 1 July only
};

/// Writes twelve monthly CSV files into `folder` (made where missing, files of the same name
/// replaced): `Order ID,Product,Quantity Ordered,Price Each,Order Date,Purchase Address`, times as
/// MM/DD/YY HH:MM without a zone, addresses `12 Some Street, City, ST 12345` in quotes. One file
/// has a byte order mark and CRLF. Equal options give equal bytes. Throws Error invalid_value for
/// options outside their range and unavailable or no_space where the folder cannot be written.
DemoReport write_demo_orders(const DemoOptions& options, const std::filesystem::path& folder);

}  // namespace forecart
