#include "table/result_reader.h"

#include "base/error.h"
#include "base/time.h"
#include "table/duckdb_library.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace forecart {

namespace {

using std::chrono::microseconds;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// One vector of a chunk with its null mask.
struct VectorView {
  const void* data;
  const std::uint64_t* valid;
  std::size_t size;

  bool is_missing(std::size_t row) const {
    return valid != nullptr && (valid[row / 64] >> (row % 64) & 1) == 0;
  }
  template <typename Value>
  Value get(std::size_t row) const {
    return static_cast<const Value*>(data)[row];
  }
  bool has_missing() const {
    for (std::size_t row = 0; row < size; ++row) {
      if (is_missing(row)) return true;
    }
    return false;
  }
};

double wide(duckdb_hugeint value) {
  return static_cast<double>(value.upper) * std::ldexp(1.0, 64) + static_cast<double>(value.lower);
}

template <typename Value>
double as_number(const VectorView& view, std::size_t row) {
  return static_cast<double>(view.get<Value>(row));
}

double number_at(const VectorView& view, duckdb_type type, std::size_t row) {
  switch (type) {
    case DUCKDB_TYPE_TINYINT:
      return as_number<std::int8_t>(view, row);
    case DUCKDB_TYPE_SMALLINT:
      return as_number<std::int16_t>(view, row);
    case DUCKDB_TYPE_INTEGER:
      return as_number<std::int32_t>(view, row);
    case DUCKDB_TYPE_BIGINT:
      return as_number<std::int64_t>(view, row);
    case DUCKDB_TYPE_UTINYINT:
      return as_number<std::uint8_t>(view, row);
    case DUCKDB_TYPE_USMALLINT:
      return as_number<std::uint16_t>(view, row);
    case DUCKDB_TYPE_UINTEGER:
      return as_number<std::uint32_t>(view, row);
    case DUCKDB_TYPE_UBIGINT:
      return as_number<std::uint64_t>(view, row);
    case DUCKDB_TYPE_FLOAT:
      return as_number<float>(view, row);
    case DUCKDB_TYPE_HUGEINT:
      return wide(view.get<duckdb_hugeint>(row));
    default:
      return view.get<double>(row);
  }
}

std::int64_t integer_at(const VectorView& view, duckdb_type type, std::size_t row) {
  switch (type) {
    case DUCKDB_TYPE_TINYINT:
      return view.get<std::int8_t>(row);
    case DUCKDB_TYPE_SMALLINT:
      return view.get<std::int16_t>(row);
    case DUCKDB_TYPE_INTEGER:
      return view.get<std::int32_t>(row);
    case DUCKDB_TYPE_UTINYINT:
      return view.get<std::uint8_t>(row);
    case DUCKDB_TYPE_USMALLINT:
      return view.get<std::uint16_t>(row);
    case DUCKDB_TYPE_UINTEGER:
      return view.get<std::uint32_t>(row);
    default:
      return view.get<std::int64_t>(row);
  }
}

/// Instants as text: the fraction of a second only where there is one.
std::string timestamp_text(microseconds since_epoch) {
  const Instant instant(since_epoch);
  std::string result = format_instant(instant, TimeZone{});
  const auto fraction = instant - std::chrono::floor<std::chrono::seconds>(instant);
  if (fraction.count() != 0) result += fmt::format(".{:06}", fraction.count());
  return result;
}

std::string text_at(const VectorView& view, duckdb_type type, std::size_t row) {
  const DuckdbLibrary& api = duckdb_library();
  if (type == DUCKDB_TYPE_DATE) {
    return timestamp_text(std::chrono::days(view.get<std::int32_t>(row))).substr(0, 10);
  }
  if (type == DUCKDB_TYPE_TIMESTAMP)
    return timestamp_text(microseconds(view.get<std::int64_t>(row)));
  if (type == DUCKDB_TYPE_TIMESTAMP_TZ) {
    return timestamp_text(microseconds(view.get<std::int64_t>(row))) + "+00:00";
  }
  auto* const text =
      const_cast<duckdb_string_t*>(static_cast<const duckdb_string_t*>(view.data)) + row;
  return {api.string_data(text), api.string_length(*text)};
}

ColumnValues empty_values(const std::string& name, duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
      return std::vector<bool>{};
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
      return std::vector<std::int64_t>{};
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_DECIMAL:
      return std::vector<double>{};
    case DUCKDB_TYPE_DATE:
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
    case DUCKDB_TYPE_VARCHAR:
      return std::vector<std::string>{};
    default:
      throw Error(ErrorCode::invalid_value,
                  fmt::format("column '{}' has a type that forecart does not read; write "
                              "CAST({} AS VARCHAR)",
                              name, name));
  }
}

/// Whole numbers have no missing value, so a column that turns out to have some becomes numbers.
void widen(ColumnValues& values) {
  const auto* const integers = std::get_if<std::vector<std::int64_t>>(&values);
  if (integers != nullptr) values = std::vector<double>(integers->begin(), integers->end());
}

void append_flags(std::vector<bool>& flags, const VectorView& view, const std::string& name) {
  for (std::size_t row = 0; row < view.size; ++row) {
    if (view.is_missing(row)) {
      throw Error(ErrorCode::bad_data,
                  fmt::format("column '{}' holds true, false and missing values; write "
                              "CAST({} AS VARCHAR)",
                              name, name));
    }
    flags.push_back(view.get<bool>(row));
  }
}

}  // namespace

ResultReader::ResultReader(duckdb_result& result) {
  const DuckdbLibrary& api = duckdb_library();
  for (idx_t i = 0; i < api.column_count(&result); ++i) {
    Source source{api.column_name(&result, i), api.column_type(&result, i), DUCKDB_TYPE_INVALID, 1};
    source.stored = source.type;
    if (source.type == DUCKDB_TYPE_DECIMAL) {
      duckdb_logical_type type = api.column_logical_type(&result, i);
      source.stored = api.decimal_internal_type(type);
      source.scale = std::pow(10.0, api.decimal_scale(type));
      api.destroy_logical_type(&type);
    }
    values_.push_back(empty_values(source.name, source.type));
    sources_.push_back(std::move(source));
  }
}

void ResultReader::append(duckdb_data_chunk chunk) {
  const DuckdbLibrary& api = duckdb_library();
  const std::size_t size = api.data_chunk_get_size(chunk);
  for (std::size_t column = 0; column < sources_.size(); ++column) {
    const Source& source = sources_[column];
    const duckdb_vector vector = api.data_chunk_get_vector(chunk, column);
    const VectorView view{api.vector_get_data(vector), api.vector_get_validity(vector), size};
    if (std::holds_alternative<std::vector<std::int64_t>>(values_[column]) && view.has_missing()) {
      widen(values_[column]);
    }
    if (auto* const numbers = std::get_if<std::vector<double>>(&values_[column])) {
      for (std::size_t row = 0; row < size; ++row) {
        numbers->push_back(
            view.is_missing(row) ? kMissing : number_at(view, source.stored, row) / source.scale);
      }
    } else if (auto* const integers = std::get_if<std::vector<std::int64_t>>(&values_[column])) {
      for (std::size_t row = 0; row < size; ++row) {
        integers->push_back(integer_at(view, source.type, row));
      }
    } else if (auto* const texts = std::get_if<std::vector<std::string>>(&values_[column])) {
      for (std::size_t row = 0; row < size; ++row) {
        texts->push_back(view.is_missing(row) ? std::string() : text_at(view, source.type, row));
      }
    } else {
      append_flags(std::get<std::vector<bool>>(values_[column]), view, source.name);
    }
  }
  rows_ += size;
}

Table ResultReader::take() {
  Table result;
  for (std::size_t column = 0; column < sources_.size(); ++column) {
    ColumnValues fresh = empty_values(sources_[column].name, sources_[column].type);
    std::swap(fresh, values_[column]);
    result.add(sources_[column].name, std::move(fresh));
  }
  rows_ = 0;
  return result;
}

}  // namespace forecart
