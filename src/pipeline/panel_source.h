#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ingest/dataset_config.h"
#include "ingest/panel_builder.h"
#include "series/panel.h"

namespace forecart {

/// Where a panel comes from when there is no repository: a long table, or raw order files.
struct PanelRequest {
  std::vector<std::filesystem::path> files;
  bool orders = false;                  ///< the files are raw orders; else one long table
  std::string frequency;                ///< "" : from the data (long table), "h" (orders)
  std::string time_zone = "none";
  std::string until;                    ///< ISO 8601; what lies at or before it is kept
  DatasetConfig config;                 ///< of orders: what is known of the mapping
  Measure measure = Measure::lines;     ///< of orders
  std::vector<std::string> by;          ///< of orders: dimensions; empty: the total
  bool keep_partial = false;            ///< of orders: keep truncated first and last buckets
};

/// A panel and what should be said about it.
struct LoadedPanel {
  Panel panel;
  std::vector<std::string> notes;  ///< for people, e.g. dropped buckets and refused rows
};

/// What people should know of how a panel was cut: dropped buckets, lines without a price.
std::vector<std::string> notes_of(const PanelReport& report, const Calendar& calendar);

/// Reads the long table, or cleans the orders in a temporary folder and cuts the panel.
/// Throws Error for anything that cannot be met; see read_long_table and ingest_file.
LoadedPanel load_panel(const PanelRequest& request);

}  // namespace forecart
