#include "pipeline/panel_source.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>

#include "base/error.h"
#include "base/parallel.h"
#include "ingest/ingest.h"
#include "ingest/long_table.h"
#include "ingest/mapping.h"
#include "table/database.h"

namespace forecart {

namespace {

namespace fs = std::filesystem;

/// A folder for work in progress that is gone when the work is done.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "forecart-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
      throw Error(ErrorCode::no_space,
                  fmt::format("cannot make a temporary folder '{}'; set TMPDIR to a writable place",
                              pattern));
    }
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  fs::path operator/(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

std::optional<Instant> parse_until(const std::string& text, const TimeZone& zone) {
  if (text.empty()) return std::nullopt;
  const auto until = parse_instant(text, zone);
  if (!until) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("until '{}' is no time; write it as 2019-12-31T23:00", text));
  }
  return until;
}

/// A raw column named in `by` becomes a dimension of that name.
void declare_columns(const std::vector<std::string>& by, DatasetConfig& config) {
  for (const std::string& name : by) {
    const bool known = is_built_in_dimension(name) ||
                       std::any_of(config.dimensions.begin(), config.dimensions.end(),
                                   [&](const Dimension& dimension) { return dimension.name == name; });
    if (!known) config.dimensions.push_back({name, sql_identifier(name)});
  }
}

std::string describe(const IngestCounts& counts) {
  std::string reasons;
  for (std::size_t i = 0; i < kRejectReasons; ++i) {
    if (counts.rejected_by_reason[i] == 0) continue;
    reasons += fmt::format("{}{} {}", reasons.empty() ? ": " : ", ", counts.rejected_by_reason[i],
                           to_string(static_cast<RejectReason>(i)));
  }
  return fmt::format("{} rows read, {} accepted, {} rejected{}", counts.rows_read,
                     counts.rows_accepted, counts.rows_rejected, reasons);
}

std::vector<fs::path> clean(const std::vector<fs::path>& files, const DatasetConfig& config,
                            const TemporaryFolder& folder, IngestCounts& counts) {
  std::vector<fs::path> sales(files.size());
  std::mutex mutex;
  parallel_for(files.size(), 0, [&](std::size_t i) {
    sales[i] = folder / fmt::format("{}.parquet", i);
    const IngestResult result =
        ingest_file({files[i], sales[i], folder / fmt::format("{}.csv", i), ""}, config);
    const std::lock_guard lock(mutex);
    counts += result.counts;
  });
  return sales;
}

LoadedPanel load_orders(const PanelRequest& request) {
  DatasetConfig config = request.config;
  config.time_zone = request.time_zone;
  declare_columns(request.by, config);
  config = guess_dataset_config(request.files, config);
  PanelSpec spec;
  spec.by = request.by;
  spec.measure = request.measure;
  spec.frequency = Frequency::parse(request.frequency.empty() ? "h" : request.frequency);
  spec.zone = TimeZone::named(request.time_zone);
  spec.until = parse_until(request.until, spec.zone);
  spec.keep_partial = request.keep_partial;

  const TemporaryFolder folder;
  IngestCounts counts;
  const auto sales = clean(request.files, config, folder, counts);
  BuiltPanel built = build_panel(sales, spec, config.returns);
  LoadedPanel loaded{std::move(built.panel), {describe(counts)}};
  for (std::string& note : notes_of(built.report, loaded.panel.calendar())) {
    loaded.notes.push_back(std::move(note));
  }
  return loaded;
}

LoadedPanel load_long_table(const PanelRequest& request) {
  if (request.files.size() != 1) {
    throw Error(ErrorCode::usage,
                fmt::format("{} files given, but a long table is one file; add --orders if these are "
                            "raw orders",
                            request.files.size()));
  }
  const TimeZone zone = TimeZone::named(request.time_zone);
  Panel panel = read_long_table(request.files.front(), {request.frequency, zone});
  if (const auto until = parse_until(request.until, zone)) {
    panel = panel.between(INT64_MIN, panel.calendar().bucket(*until) + 1);
  }
  return {std::move(panel), {}};
}

}  // namespace

std::vector<std::string> notes_of(const PanelReport& report, const Calendar& calendar) {
  std::vector<std::string> notes;
  const auto tell = [&](const PanelEdge& edge, const char* which) {
    if (!edge.truncated) return;
    notes.push_back(fmt::format("the {} bucket ({}) looks cut off and is {}", which,
                                calendar.label(edge.bucket),
                                edge.dropped ? "left out (keep it with --keep-partial)" : "kept"));
  };
  tell(report.first, "first");
  tell(report.last, "last");
  if (report.sales_unpriced > 0) {
    notes.push_back(fmt::format("{} lines have no revenue and count 0", report.sales_unpriced));
  }
  return notes;
}

LoadedPanel load_panel(const PanelRequest& request) {
  return request.orders ? load_orders(request) : load_long_table(request);
}

}  // namespace forecart
