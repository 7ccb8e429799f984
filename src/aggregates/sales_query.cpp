#include "aggregates/sales_query.h"

#include "base/error.h"
#include "base/nearest_name.h"
#include "base/range.h"
#include "base/utc_text.h"
#include "table/number_text.h"
#include "table/utf8.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace forecart {

namespace {

constexpr std::array<std::string_view, 7> kGrains{"hour",    "day",  "week", "month",
                                                  "quarter", "year", "total"};
constexpr std::array<std::string_view, 7> kFrequencies{"h", "D", "W-MON", "MS", "QS", "YS", "YS"};
constexpr std::array<std::string_view, 8> kWords{"by", "grain", "measure", "from",
                                                 "to", "order", "limit",   "offset"};
constexpr std::string_view kEscape = "in.";

std::string shortened(std::string_view text) {
  constexpr std::size_t kShown = 80;
  std::string shown = escape_invalid_utf8(text.substr(0, kShown));
  std::replace(shown.begin(), shown.end(), '\0', ' ');
  return text.size() > kShown ? shown + "..." : shown;
}

[[noreturn]] void refuse_name(std::string_view what, std::string_view name,
                              std::vector<std::string> known) {
  const std::string nearest = nearest_name(name, known);
  const auto at = std::find(known.begin(), known.end(), nearest);
  if (at != known.end()) std::rotate(known.begin(), at, at + 1);
  throw Error(ErrorCode::unknown_name, fmt::format("{} '{}' is not known; use one of {}", what,
                                                   shortened(name), fmt::join(known, ", ")));
}

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::invalid_value, message);
}

bool is_word(std::string_view name) {
  return std::find(kWords.begin(), kWords.end(), name) != kWords.end();
}

bool is_among(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Measure measure_named(const std::string& name) {
  static const std::vector<std::string> known{"lines", "orders", "units", "revenue"};
  if (!is_among(name, known)) refuse_name("measure", name, known);
  return parse_measure(name);
}

/// "a,b" as two parts, "" as none.
std::vector<std::string> listed(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(comma == text.npos ? text.size() : comma + 1);
  }
  return parts;
}

template <typename T>
void require_once(const std::vector<T>& values, std::string_view what) {
  for (auto at = values.begin(); at != values.end(); ++at) {
    if (std::find(values.begin(), at, *at) != at) {
      refuse(fmt::format("'{}' names the same twice; name each once", what));
    }
  }
}

/// Answers are made of whole hours, cut at midnight where a clock change puts it into one.
void require_edge(const std::optional<Instant>& time, std::string_view what, const TimeZone& zone) {
  if (!time) return;
  for (const Grain grain : {Grain::hour, Grain::day}) {
    const Calendar calendar = calendar_of(grain, zone);
    if (calendar.start(calendar.bucket(*time)) == *time) return;
  }
  refuse(fmt::format("'{}' is {}; give the start of an hour or a day", what,
                     format_instant(*time, zone)));
}

/// Reads one name and value after the other into a query.
class Reader {
 public:
  explicit Reader(const SalesSchema& schema) : schema_(schema) {}

  void take(const std::string& name, const std::string& value) {
    if (!is_word(name)) return add_filter(name, value);
    if (name == "by") return add_keys(value);
    if (name == "measure") return add_measures(value);
    if (is_among(name, given_)) refuse(fmt::format("'{}' is given twice; give it once", name));
    given_.push_back(name);
    if (name == "grain") query_.grain = parse_grain(value);
    if (name == "from") query_.from = time(name, value);
    if (name == "to") query_.until = time(name, value);
    if (name == "order") set_order(value);
    if (name == "limit") query_.limit = number(name, value);
    if (name == "offset") query_.offset = number(name, value);
  }

  SalesQuery finish() {
    if (!measures_.empty()) query_.measures = measures_;
    query_.validate(schema_);
    return std::move(query_);
  }

 private:
  void add_filter(const std::string& name, const std::string& value) {
    const std::string rest = name.starts_with(kEscape) ? name.substr(kEscape.size()) : "";
    const std::string dimension = is_among(rest, schema_.dimensions) ? rest : name;
    if (!is_among(dimension, schema_.dimensions)) {
      std::vector<std::string> known(kWords.begin(), kWords.end());
      known.insert(known.end(), schema_.dimensions.begin(), schema_.dimensions.end());
      refuse_name("name", name, known);
    }
    const auto same = [&](const SalesFilter& filter) { return filter.dimension == dimension; };
    auto at = std::find_if(query_.filters.begin(), query_.filters.end(), same);
    if (at == query_.filters.end()) {
      at = query_.filters.insert(at, SalesFilter{dimension, {}});
    }
    if (!is_among(value, at->values)) at->values.push_back(value);
  }

  /// A dimension may have a comma in its name.
  void add_keys(const std::string& value) {
    const bool whole = is_among(value, schema_.dimensions);
    for (const std::string& name : whole ? std::vector{value} : listed(value)) {
      query_.by.push_back(name);
    }
  }

  void add_measures(const std::string& value) {
    for (const std::string& name : listed(value)) measures_.push_back(measure_named(name));
  }

  void set_order(std::string_view value) {
    query_.descending = value.starts_with('-');
    if (query_.descending) value.remove_prefix(1);
    if (value != "time") query_.order = measure_named(std::string(value));
  }

  Instant time(const std::string& name, const std::string& value) const {
    const auto instant = parse_instant(value, schema_.zone);
    if (instant) return *instant;
    refuse(fmt::format("{} '{}' is no time; give one such as 2019-04-01 or 2019-04-01T08:00", name,
                       shortened(value)));
  }

  static std::int64_t number(const std::string& name, const std::string& value) {
    const auto number = parse_integer(value);
    if (number) return *number;
    refuse(fmt::format("{} '{}' is no whole number", name, shortened(value)));
  }

  const SalesSchema& schema_;
  SalesQuery query_;
  std::vector<Measure> measures_;
  std::vector<std::string> given_;
};

/// Exact whatever the zone: offsets of the 19th century have seconds.
void require_filters(const SalesQuery& query, const SalesSchema& schema) {
  std::vector<std::string> names;
  std::size_t values = 0;
  for (const SalesFilter& filter : query.filters) {
    require_dimension(filter.dimension, schema);
    names.push_back(filter.dimension);
    if (filter.values.empty()) refuse(fmt::format("'{}' has no value", filter.dimension));
    values += filter.values.size();
    for (const std::string& value : filter.values) require_searchable(value, filter.dimension);
  }
  require_once(names, "filters");
  if (values > SalesQuery::kMostValues) {
    refuse(fmt::format("filters have {} values; give {} at most", values, SalesQuery::kMostValues));
  }
}

}  // namespace

Grain parse_grain(std::string_view name) {
  const auto at = std::find(kGrains.begin(), kGrains.end(), name);
  if (at == kGrains.end()) refuse_name("grain", name, {kGrains.begin(), kGrains.end()});
  return static_cast<Grain>(at - kGrains.begin());
}

std::string to_string(Grain grain) {
  return std::string(kGrains[static_cast<std::size_t>(grain)]);
}

Calendar calendar_of(Grain grain, const TimeZone& zone) {
  return {Frequency::parse(kFrequencies[static_cast<std::size_t>(grain)]), zone};
}

SalesSchema sales_schema(const DatasetConfig& config) {
  SalesSchema schema{
      {"product", "customer", "place"}, TimeZone::named(config.time_zone), config.returns};
  for (const Dimension& dimension : config.dimensions) {
    schema.dimensions.push_back(dimension.name);
  }
  return schema;
}

void SalesQuery::validate(const SalesSchema& schema) const {
  if (by.size() > kMostKeys) {
    refuse(fmt::format("'by' names {} dimensions; name {} at most", by.size(), kMostKeys));
  }
  for (const std::string& name : by) require_dimension(name, schema);
  require_once(by, "by");
  if (measures.empty()) refuse("no measure is asked for");
  require_once(measures, "measure");
  if (order && std::find(measures.begin(), measures.end(), *order) == measures.end()) {
    refuse(fmt::format("'order' is {0}, which is not asked for; add it: measure={0}",
                       to_string(*order)));
  }
  require_filters(*this, schema);
  require_edge(from, "from", schema.zone);
  require_edge(until, "to", schema.zone);
  if (from && until && *from >= *until) {
    refuse(fmt::format("'from' is {} and 'to' is {}; give a 'from' before 'to'", utc_text(*from),
                       utc_text(*until)));
  }
  require_within<std::int64_t>("limit", limit, 1, kMostRows);
  require_within<std::int64_t>("offset", offset, 0, std::int64_t{1} << 53);
}

SalesQuery parse_sales_query(const NamedValues& values, const SalesSchema& schema) {
  Reader reader(schema);
  for (const auto& [name, value] : values) reader.take(name, value);
  return reader.finish();
}

NamedValues named_values(const SalesQuery& query) {
  NamedValues values;
  for (const std::string& name : query.by) values.emplace_back("by", name);
  values.emplace_back("grain", to_string(query.grain));
  for (const Measure measure : query.measures) values.emplace_back("measure", to_string(measure));
  for (const SalesFilter& filter : query.filters) {
    for (const std::string& value : filter.values) {
      values.emplace_back(std::string(kEscape) + filter.dimension, value);
    }
  }
  if (query.from) values.emplace_back("from", utc_text(*query.from));
  if (query.until) values.emplace_back("to", utc_text(*query.until));
  values.emplace_back(
      "order", (query.descending ? "-" : "") + (query.order ? to_string(*query.order) : "time"));
  values.emplace_back("limit", std::to_string(query.limit));
  values.emplace_back("offset", std::to_string(query.offset));
  return values;
}

void require_dimension(const std::string& name, const SalesSchema& schema) {
  if (!is_among(name, schema.dimensions)) refuse_name("dimension", name, schema.dimensions);
}

void require_searchable(std::string_view text, std::string_view what) {
  if (text.size() > SalesQuery::kLongestValue) {
    refuse(fmt::format("a value of '{}' has {} bytes; give {} at most", what, text.size(),
                       SalesQuery::kLongestValue));
  }
  if (text.find('\0') != text.npos || !is_valid_utf8(text)) {
    refuse(fmt::format("a value of '{}' is no text: '{}'; give UTF-8 without NUL", what,
                       shortened(text)));
  }
}

}  // namespace forecart
