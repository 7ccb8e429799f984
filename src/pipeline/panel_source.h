#pragma once

#include "evaluation/reconciled_model.h"
#include "ingest/dataset_config.h"
#include "ingest/panel_builder.h"
#include "series/panel.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// Where a panel comes from when there is no repository: a long table, or raw order files.
struct PanelRequest {
  std::vector<std::filesystem::path> files;
  bool orders = false;    ///< the files are raw orders; else one long table
  std::string frequency;  ///< "" : from the data (long table), "h" (orders)
  std::string time_zone = "none";
  std::string until;  ///< buckets whose label is at or before it are kept: a time in ISO 8601, or
                      ///< a whole number where ds is a counter
  DatasetConfig config;              ///< of orders: what is known of the mapping
  Measure measure = Measure::lines;  ///< of orders
  std::vector<std::string> by;  ///< of orders: what to cut by, see load_panel; empty: the total
  std::string hierarchy{};  ///< a method, or "auto": forecast sums of the series too; "": do not
  std::vector<std::string> levels{};  ///< of the sums, as make_hierarchy takes them
  bool keep_partial = false;          ///< of orders: keep truncated first and last buckets
  unsigned threads = 0;               ///< of orders: files cleaned side by side; 0: one per core
};

/// A panel and what should be said about it.
struct LoadedPanel {
  Panel panel;
  std::vector<std::string> notes;            ///< for people, e.g. dropped buckets and refused rows
  std::optional<HierarchyPlan> hierarchy{};  ///< of a panel with sums
};

/// The panel with sums of its series and what is to be done with them, where `hierarchy` says so.
/// Throws as parse_reconciliation and with_sums do.
LoadedPanel with_hierarchy(LoadedPanel loaded, const std::string& hierarchy,
                           const std::vector<std::string>& levels);

/// What people should know of how a panel was cut: dropped buckets, lines without a price.
std::vector<std::string> notes_of(const PanelReport& report, const Calendar& calendar);

/// What PanelRequest::until keeps of a panel. Throws as load_panel does for it.
Panel cut_until(const std::string& until, const Panel& panel);

/// Reads the long table, or cleans the orders in a temporary folder and cuts the panel. Orders of
/// equal content count once. A name in `by` is, ignoring case, a dimension of the config, product,
/// customer or place or the column mapped to it (given or guessed), or a column of the files.
/// Throws Error unknown_name for a name in `by` that is none of these, invalid_value for an `until`
/// that is no time or, for a counter, no whole number, bad_data where no data lie before it; else
/// see read_long_table and ingest_file.
LoadedPanel load_panel(const PanelRequest& request);

}  // namespace forecart
