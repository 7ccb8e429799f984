#pragma once

#include "ingest/dataset_config.h"
#include "series/panel.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// What to cut from sales files. `zone` must be the one they were ingested with.
struct PanelSpec {
  std::vector<std::string> by;  ///< columns of the sales files; empty: one series, `total`
  Measure measure = Measure::lines;
  Frequency frequency;
  TimeZone zone;
  std::optional<Instant> until;  ///< keeps the buckets whose label time is at or before it
  bool keep_partial = false;     ///< keeps a first and last bucket that the data cover only in part
};

/// One end of the data: does its bucket look cut off?
struct PanelEdge {
  Bucket bucket = 0;
  bool truncated = false;
  bool dropped = false;
};

struct PanelReport {
  PanelEdge first;
  PanelEdge last;
  std::int64_t sales = 0;           ///< lines in the buckets of the panel
  std::int64_t sales_dropped = 0;   ///< lines in dropped buckets
  std::int64_t sales_after = 0;     ///< lines in buckets after `until`
  std::int64_t sales_unpriced = 0;  ///< lines without revenue, for the measure revenue
};

struct BuiltPanel {
  Panel panel;
  PanelReport report;
};

/// Regular series from sales: each starts with its first sale and ends at the common end; buckets
/// without sales are 0. A line without a value in a dimension belongs to the value "". Returns by
/// policy net count in units and revenue only (`net`), else like other lines.
///
/// The last bucket is truncated when more than 5 % of it lie behind its last sale and fewer than
/// one in twenty other buckets end so early (a shop that closes at eight is no truncation); with
/// fewer than 8 others, when more than a tenth lies behind it. The first bucket by the mirrored
/// rule. Throws Error bad_data when no sales are left or all lie after `until`, unknown_name for an
/// unknown dimension, and invalid_value for a panel of more than 2^31 values.
BuiltPanel build_panel(const std::vector<std::filesystem::path>& sales, const PanelSpec& spec,
                       ReturnPolicy returns = ReturnPolicy::net);

}  // namespace forecart
