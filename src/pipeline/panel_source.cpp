#include "pipeline/panel_source.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "ingest/ingest.h"
#include "ingest/long_table.h"
#include "ingest/mapping.h"
#include "table/database.h"
#include "table/number_text.h"
#include "table/record_source.h"

#include "hierarchy/summed_panel.h"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <unordered_map>

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

/// The column that a built-in dimension is read from.
std::string& column_of(std::string_view dimension, ColumnMapping& columns) {
  if (dimension == "product") return columns.product;
  return dimension == "customer" ? columns.customer : columns.place;
}

/// Finds out what the names in `by` mean; what is a raw column becomes a dimension of its name.
class DimensionResolver {
 public:
  DimensionResolver(const std::vector<fs::path>& files, DatasetConfig& config) : config_(config) {
    for (const fs::path& file : files) {
      headers_.push_back({file.string(), open_records(file, config.csv)->columns()});
    }
  }

  /// The name under which the sales will have it.
  std::string resolve(const std::string& name) {
    for (const Dimension& dimension : config_.dimensions) {
      if (is_same_name(dimension.name, name)) return dimension.name;
    }
    if (const auto built_in = find_built_in(name)) return *built_in;
    for (const Header& header : headers_) {
      if (find_column(header, name).empty()) refuse(name, header);
    }
    config_.dimensions.push_back({name, sql_identifier(name)});
    return name;
  }

 private:
  struct Header {
    std::string file;
    std::vector<std::string> columns;
  };

  std::optional<std::string> find_built_in(const std::string& name) {
    for (const char* dimension : {"product", "customer", "place"}) {
      std::string& column = column_of(dimension, config_.columns);
      if (!is_same_name(name, dimension)) continue;
      // Not mapped so far, but there may be a column of just this name.
      if (column.empty()) column = find_column(headers_.front(), name);
      if (column.empty()) refuse(name, headers_.front());
      return dimension;
    }
    return std::nullopt;
  }

  /// The column as the header has it, one in the very same spelling first; "" for none.
  static std::string find_column(const Header& header, const std::string& name) {
    const auto& columns = header.columns;
    auto at = std::find(columns.begin(), columns.end(), name);
    if (at == columns.end()) {
      at = std::find_if(columns.begin(), columns.end(),
                        [&](const std::string& column) { return is_same_name(column, name); });
    }
    return at == columns.end() ? "" : *at;
  }

  [[noreturn]] static void refuse(const std::string& name, const Header& header) {
    throw Error(
        ErrorCode::unknown_name,
        fmt::format("cannot cut by '{}': '{}' has no such column; use product, customer or place, "
                    "if mapped, or one of its columns: {}",
                    name, header.file, fmt::join(header.columns, ", ")));
  }

  DatasetConfig& config_;
  std::vector<Header> headers_;
};

std::vector<std::string> resolve_dimensions(const std::vector<std::string>& by,
                                            const std::vector<fs::path>& files,
                                            DatasetConfig& config,
                                            std::vector<std::string>& notes) {
  std::vector<std::string> result;
  if (by.empty()) return result;
  DimensionResolver resolver(files, config);
  for (const std::string& name : by) {
    std::string dimension = resolver.resolve(name);
    if (is_built_in_dimension(dimension) && dimension != name) {
      notes.push_back(fmt::format("'{}' means {}, read from the column '{}'", name, dimension,
                                  column_of(dimension, config.columns)));
    }
    if (std::find(result.begin(), result.end(), dimension) == result.end()) {
      result.push_back(std::move(dimension));
    }
  }
  config.validate();
  return result;
}

/// The files without those whose content an earlier one has; notes say which.
std::vector<fs::path> distinct_files(const std::vector<fs::path>& files,
                                     std::vector<std::string>& notes) {
  std::vector<fs::path> distinct;
  std::unordered_map<std::string, fs::path> seen;
  for (const fs::path& file : files) {
    const auto [earlier, is_new] = seen.try_emplace(sha256_file(file), file);
    if (is_new) {
      distinct.push_back(file);
    } else {
      notes.push_back(fmt::format("'{}' has the same content as '{}' and counts once",
                                  file.string(), earlier->second.string()));
    }
  }
  return distinct;
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

/// Order files and how to clean them.
struct CleanJob {
  const std::vector<fs::path>& files;
  const DatasetConfig& config;
  unsigned threads = 0;
};

std::vector<fs::path> clean(const CleanJob& job, const TemporaryFolder& folder,
                            IngestCounts& counts) {
  std::vector<fs::path> sales(job.files.size());
  std::mutex mutex;
  parallel_for(job.files.size(), job.threads, [&](std::size_t i) {
    sales[i] = folder / fmt::format("{}.parquet", i);
    const IngestResult result =
        ingest_file({job.files[i], sales[i], folder / fmt::format("{}.csv", i), ""}, job.config);
    const std::lock_guard lock(mutex);
    counts += result.counts;
  });
  return sales;
}

LoadedPanel load_orders(const PanelRequest& request) {
  PanelSpec spec;
  spec.measure = request.measure;
  spec.frequency = Frequency::parse(request.frequency.empty() ? "h" : request.frequency);
  spec.zone = TimeZone::named(request.time_zone);
  spec.until = parse_until(request.until, spec.zone);
  spec.keep_partial = request.keep_partial;

  std::vector<std::string> notes;
  const std::vector<fs::path> files = distinct_files(request.files, notes);
  DatasetConfig config = request.config;
  config.time_zone = request.time_zone;
  config = guess_dataset_config(files, config);
  spec.by = resolve_dimensions(request.by, files, config, notes);

  const TemporaryFolder folder;
  IngestCounts counts;
  const auto sales = clean({files, config, request.threads}, folder, counts);
  BuiltPanel built = build_panel(sales, spec, config.returns);
  notes.push_back(describe(counts));
  for (std::string& note : notes_of(built.report, built.panel.calendar())) {
    notes.push_back(std::move(note));
  }
  return {std::move(built.panel), std::move(notes)};
}

/// The last bucket that `until` keeps.
Bucket last_until(const std::string& until, const Calendar& calendar) {
  if (calendar.frequency().unit != FrequencyUnit::counter) {
    return calendar.last_labelled_until(*parse_until(until, calendar.zone()));
  }
  const auto count = parse_integer(until);
  if (count) return calendar.bucket(Instant(std::chrono::microseconds(*count)));
  throw Error(ErrorCode::invalid_value,
              fmt::format("until '{}' is no whole number, but ds is a counter; give a count "
                          "such as 30",
                          until));
}

Bucket first_of(const Panel& panel) {
  Bucket first = panel[0].first;
  for (Eigen::Index i = 1; i < panel.size(); ++i) first = std::min(first, panel[i].first);
  return first;
}

LoadedPanel load_long_table(const PanelRequest& request) {
  if (request.files.size() != 1) {
    throw Error(
        ErrorCode::usage,
        fmt::format("{} files given, but a long table is one file; add --orders if these are "
                    "raw orders",
                    request.files.size()));
  }
  const TimeZone zone = TimeZone::named(request.time_zone);
  Panel panel = read_long_table(request.files.front(), {request.frequency, zone});
  if (!request.until.empty()) panel = cut_until(request.until, panel);
  return {std::move(panel), {}};
}

}  // namespace

Panel cut_until(const std::string& until, const Panel& panel) {
  const Bucket last = last_until(until, panel.calendar());
  const Bucket first = first_of(panel);
  if (last >= first) return panel.between(INT64_MIN, std::min(last, panel.end() - 1) + 1);
  throw Error(ErrorCode::bad_data,
              fmt::format("--until {} leaves nothing: the data begin with {}; give a later value",
                          until, panel.calendar().label(first)));
}

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

LoadedPanel with_hierarchy(LoadedPanel loaded, const std::string& hierarchy,
                           const std::vector<std::string>& levels) {
  if (hierarchy.empty()) {
    if (levels.empty()) return loaded;
    throw Error(ErrorCode::usage, "levels of a hierarchy need a hierarchy; add --hierarchy auto");
  }
  loaded.hierarchy = HierarchyPlan{parse_reconciliation(hierarchy), levels};
  const Eigen::Index leaves = loaded.panel.size();
  loaded.panel = with_sums(loaded.panel, levels);
  loaded.notes.push_back(fmt::format("hierarchy of {} series and {} sums of them, by {}", leaves,
                                     loaded.panel.size() - leaves,
                                     to_string(loaded.hierarchy->method)));
  return loaded;
}

LoadedPanel load_panel(const PanelRequest& request) {
  if (!request.hierarchy.empty()) {
    parse_reconciliation(request.hierarchy);
    if (request.orders) require_additive(request.measure, "");
  }
  LoadedPanel loaded = request.orders ? load_orders(request) : load_long_table(request);
  return with_hierarchy(std::move(loaded), request.hierarchy, request.levels);
}

}  // namespace forecart
