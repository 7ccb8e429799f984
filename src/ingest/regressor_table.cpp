#include "ingest/regressor_table.h"

#include "base/error.h"
#include "ingest/dated_rows.h"
#include "table/column_guess.h"
#include "table/number_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string_view>

namespace forecart {

namespace {

using Eigen::Index;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::bad_data, message);
}

/// Throws Error unknown_name unless the file's columns are those that were declared.
void require_declared(const std::string& file, const std::vector<std::string>& columns,
                      const std::vector<std::string>& declared) {
  for (const std::string& name : declared) {
    if (std::find(columns.begin(), columns.end(), name) != columns.end()) continue;
    throw Error(ErrorCode::unknown_name,
                fmt::format("'{}' has no column '{}', which is declared; it has {}", file, name,
                            fmt::join(columns, ", ")));
  }
  for (const std::string& name : columns) {
    if (std::find(declared.begin(), declared.end(), name) != declared.end()) continue;
    throw Error(ErrorCode::unknown_name,
                fmt::format("'{}' has the column '{}', which is not declared; give it its part in "
                            "dataset.toml or leave it out",
                            file, name));
  }
}

/// The words of a table of attributes; columns of numbers become numbers in the end.
class AttributeCells {
 public:
  explicit AttributeCells(const std::vector<std::string>& columns) : columns_(columns) {}

  void add(const std::string& id, std::size_t column, std::string_view cell) {
    auto& row = words_[id];
    row.resize(columns_.size());
    row[column] = is_missing_word(cell) ? "" : cell;
  }

  Statics statics() const {
    Statics result;
    for (const auto& [id, row] : words_) {
      result.cells[id] = Eigen::VectorXd::Constant(std::ssize(columns_), kUnknown);
    }
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      result.columns.push_back({columns_[c], categories(c)});
      for (const auto& [id, row] : words_) {
        result.cells[id][static_cast<Index>(c)] = value(row[c], result.columns[c].categories);
      }
    }
    return result;
  }

 private:
  /// The distinct words of a column in ascending order; none if all of them are numbers.
  std::vector<std::string> categories(std::size_t column) const {
    std::set<std::string> words;
    bool numbers = true;
    for (const auto& [id, row] : words_) {
      if (row[column].empty()) continue;
      words.insert(row[column]);
      numbers = numbers && parse_number(row[column]).has_value();
    }
    if (numbers) return {};
    return {words.begin(), words.end()};
  }

  static double value(const std::string& word, const std::vector<std::string>& categories) {
    if (word.empty()) return kUnknown;
    if (categories.empty()) return parse_number(word).value_or(kUnknown);
    const auto at = std::lower_bound(categories.begin(), categories.end(), word);
    return static_cast<double>(at - categories.begin());
  }

  const std::vector<std::string>& columns_;
  std::map<std::string, std::vector<std::string>> words_;  // by unique_id
};

/// The rows of one series, or those for all, as they stand in the file.
struct RawBlock {
  std::vector<Bucket> buckets;
  std::vector<std::int64_t> lines;
  std::vector<double> cells;  // (rows, regressors) by row
};

class RegressorReader {
 public:
  RegressorReader(const std::filesystem::path& path, const Panel& panel,
                  const RegressorRules& rules)
      : panel_(panel), rules_(rules), rows_(path, panel.calendar().zone()) {}

  Covariates read() {
    find_columns();
    const bool counter = panel_.calendar().frequency().unit == FrequencyUnit::counter;
    rows_.survey(time_, counter ? TimeKind::counter : TimeKind::time);
    rows_.for_each([this](const Record& record) { take(record); });
    if (blocks_.empty()) {
      refuse(fmt::format("'{}' holds no rows{}", rows_.file(),
                         id_ ? fmt::format(" of a series of the data, such as '{}'",
                                           panel_.ids().empty() ? "" : panel_.ids().front())
                             : ""));
    }
    return id_ ? own() : shared();
  }

 private:
  void find_columns() {
    rows_.require_distinct_columns();
    const auto time = rows_.find({"ds", "timestamp"});
    if (!time) {
      refuse(fmt::format("'{}' has no column ds (or timestamp); add the times its values hold at",
                         rows_.file()));
    }
    time_ = *time;
    id_ = rows_.find({"unique_id", "item_id"});
    for (std::size_t c = 0; c < rows_.columns().size(); ++c) {
      if (c == time_ || c == id_) continue;
      const std::string& name = rows_.columns()[c];
      if (name == "y" || name == "target") {
        refuse(fmt::format("'{}' has the column {}, which is what is forecast; leave it out",
                           rows_.file(), name));
      }
      names_.push_back(name);
      columns_.push_back(c);
    }
    if (names_.empty()) {
      refuse(fmt::format("'{}' has no column of numbers beside ds; add one for each regressor",
                         rows_.file()));
    }
    if (!rules_.columns.empty()) require_declared(rows_.file(), names_, rules_.columns);
  }

  void take(const Record& record) {
    const std::string_view id = id_ ? trim(record.fields[*id_]) : "";
    if (id_ && panel_.find(id) < 0) {
      stranger(id, record.line);
      return;
    }
    auto at = blocks_.find(id);
    if (at == blocks_.end()) at = blocks_.emplace(id, RawBlock{}).first;
    at->second.buckets.push_back(bucket_of(record));
    at->second.lines.push_back(record.line);
    for (std::size_t r = 0; r < columns_.size(); ++r) {
      at->second.cells.push_back(number(record, r));
    }
  }

  void stranger(std::string_view id, std::int64_t line) const {
    if (rules_.skip_strangers) return;
    throw Error(ErrorCode::unknown_name,
                fmt::format("line {} of '{}': the data have no series '{}'; correct the unique_id "
                            "or leave the row out",
                            line, rows_.file(), id));
  }

  /// Where a step takes a day or longer, any time of a day means the day.
  Bucket bucket_of(const Record& record) const {
    const Calendar& calendar = panel_.calendar();
    Instant time = rows_.time(record);
    if (calendar.frequency().unit >= FrequencyUnit::day) {
      const TimeZone& zone = calendar.zone();
      time = zone.instant(std::chrono::floor<std::chrono::days>(zone.civil(time)));
    }
    const Bucket bucket = calendar.bucket(time);
    if (calendar.is_label(time, bucket)) return bucket;
    refuse(
        fmt::format("line {} of '{}': ds {} does not lie on the grid of frequency {}; its "
                    "bucket is {}",
                    record.line, rows_.file(), rows_.text_of(time), calendar.frequency().name(),
                    calendar.label(bucket)));
  }

  double number(const Record& record, std::size_t regressor) const {
    const std::string_view cell = trim(record.fields[columns_[regressor]]);
    if (is_missing_word(cell)) return kUnknown;
    const auto value = parse_number(cell);
    if (value) return *value;
    refuse(
        fmt::format("line {} of '{}': {} '{}' is no number; write one, or nothing where it is "
                    "unknown",
                    record.line, rows_.file(), names_[regressor], cell));
  }

  Covariates shared() const {
    Covariates result;
    result.add_shared(names_, block_of("", blocks_.begin()->second));
    return result;
  }

  Covariates own() const {
    Covariates result;
    result.own_names = names_;
    for (const auto& [id, raw] : blocks_) result.own[id] = block_of(id, raw);
    for (const std::string& id : panel_.ids()) {
      if (blocks_.contains(id) || rules_.gaps != RowGaps::refused) continue;
      refuse(
          fmt::format("'{}' has no rows for series '{}'; add them, or leave out unique_id where "
                      "all series have the same values",
                      rows_.file(), id));
    }
    return result;
  }

  CovariateBlock block_of(const std::string& id, const RawBlock& raw) const {
    std::vector<std::size_t> order(raw.buckets.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return raw.buckets[a] < raw.buckets[b]; });
    for (std::size_t i = 1; i < order.size(); ++i) check_step(id, raw, order[i - 1], order[i]);
    if (rules_.gaps != RowGaps::refused) return spread(raw, order);
    CovariateBlock block{raw.buckets[order.front()], {}};
    block.values.resize(std::ssize(order), std::ssize(names_));
    for (std::size_t i = 0; i < order.size(); ++i) {
      for (std::size_t r = 0; r < names_.size(); ++r) {
        block.values(static_cast<Index>(i), static_cast<Index>(r)) =
            raw.cells[order[i] * names_.size() + r];
      }
    }
    return block;
  }

  /// The rows in `order` in their buckets, or, held, in all until the next one.
  CovariateBlock spread(const RawBlock& raw, const std::vector<std::size_t>& order) const {
    const Index buckets = std::max<Bucket>(rules_.to - rules_.from, 0);
    CovariateBlock block{rules_.from,
                         Eigen::MatrixXd::Constant(buckets, std::ssize(names_), kUnknown)};
    for (std::size_t i = 0; i < order.size(); ++i) {
      const Bucket own = raw.buckets[order[i]];
      Bucket end = i + 1 < order.size() ? raw.buckets[order[i + 1]] : rules_.to;
      if (rules_.gaps == RowGaps::unknown) end = own + 1;
      const Bucket first = std::max(own, rules_.from);
      for (Bucket bucket = first; bucket < std::min(end, rules_.to); ++bucket) {
        for (std::size_t r = 0; r < names_.size(); ++r) {
          block.values(bucket - rules_.from, static_cast<Index>(r)) =
              raw.cells[order[i] * names_.size() + r];
        }
      }
    }
    return block;
  }

  /// Rows that follow each other in time lie one bucket apart.
  void check_step(const std::string& id, const RawBlock& raw, std::size_t before,
                  std::size_t after) const {
    const Bucket step = raw.buckets[after] - raw.buckets[before];
    if (step == 1 || (step > 1 && rules_.gaps != RowGaps::refused)) return;
    const std::string whose = id_ ? fmt::format("series '{}'", id) : "all series";
    const Calendar& calendar = panel_.calendar();
    if (step == 0) {
      refuse(fmt::format("'{}' has values for {} at {} twice: lines {} and {}; keep one of them",
                         rows_.file(), whose, calendar.label(raw.buckets[after]), raw.lines[before],
                         raw.lines[after]));
    }
    refuse(
        fmt::format("'{}' has a gap for {}: no row for {} between lines {} and {}; add it, with "
                    "empty cells where values are unknown",
                    rows_.file(), whose, calendar.label(raw.buckets[before] + 1), raw.lines[before],
                    raw.lines[after]));
  }

  const Panel& panel_;
  const RegressorRules& rules_;
  DatedRows rows_;
  std::size_t time_ = 0;
  std::optional<std::size_t> id_;
  std::vector<std::string> names_;                       // of the regressors
  std::vector<std::size_t> columns_;                     // where they stand in a row
  std::map<std::string, RawBlock, std::less<>> blocks_;  // by unique_id; "" for all
};

}  // namespace

Covariates read_regressors(const std::filesystem::path& path, const Panel& panel,
                           const RegressorRules& rules) {
  return RegressorReader(path, panel, rules).read();
}

Statics read_attributes(const std::filesystem::path& path, const Panel& panel,
                        const std::vector<std::string>& columns) {
  const DatedRows rows(path, TimeZone{});
  rows.require_distinct_columns();
  const auto id = rows.find({"unique_id", "item_id"});
  if (!id)
    refuse(
        fmt::format("'{}' has no column unique_id; add the series its rows tell of", rows.file()));
  std::vector<std::string> others = rows.columns();
  others.erase(others.begin() + static_cast<std::ptrdiff_t>(*id));
  require_declared(rows.file(), others, columns);
  AttributeCells cells(columns);
  std::map<std::string, std::int64_t, std::less<>> lines;
  rows.for_each([&](const Record& record) {
    const std::string name(trim(record.fields[*id]));
    const auto [at, is_new] = lines.try_emplace(name, record.line);
    if (!is_new) {
      refuse(fmt::format("'{}' has unique_id '{}' twice: lines {} and {}; keep one", rows.file(),
                         name, at->second, record.line));
    }
    if (panel.find(name) < 0) return;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      cells.add(name, c, trim(record.fields[*rows.find({columns[c]})]));
    }
  });
  return cells.statics();
}

}  // namespace forecart
