#include "ingest/cleaner.h"

#include "base/error.h"
#include "ingest/mapping.h"
#include "table/number_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace forecart {

namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::microseconds;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

std::size_t position(const std::vector<std::string>& columns, const std::string& name) {
  if (name.empty()) return SIZE_MAX;
  const auto at = std::find(columns.begin(), columns.end(), name);
  return at == columns.end() ? SIZE_MAX : static_cast<std::size_t>(at - columns.begin());
}

bool equals_header(const std::vector<std::string_view>& fields,
                   const std::vector<std::string>& header) {
  return std::equal(fields.begin(), fields.end(), header.begin(), header.end(),
                    [](std::string_view field, const std::string& name) {
                      return field == name || trim(field) == trim(name);
                    });
}

/// One round of the 64-bit mixer that MurmurHash3 ends with, over eight bytes at a time.
std::uint64_t mix(std::uint64_t hash, std::uint64_t block) {
  hash = (hash ^ block) * 0xff51afd7ed558ccdU;
  hash ^= hash >> 33;
  hash *= 0xc4ceb9fe1a85ec53U;
  return hash ^ (hash >> 29);
}

/// Eight bytes in little-endian order, so that every machine sees the same number.
std::uint64_t block_of(const char* bytes, std::size_t size) {
  std::uint64_t block = 0;
  for (std::size_t i = 0; i < size; ++i) {
    block |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return block;
}

}  // namespace

std::uint64_t hash_row(const std::vector<std::string_view>& fields) {
  std::uint64_t hash = fields.size();
  for (const std::string_view field : fields) {
    hash = mix(hash, field.size());
    std::size_t i = 0;
    for (; i + 8 <= field.size(); i += 8) hash = mix(hash, block_of(field.data() + i, 8));
    if (i < field.size()) hash = mix(hash, block_of(field.data() + i, field.size() - i));
  }
  return hash;
}

Cleaner::Cleaner(const RecordSource& source, const DatasetConfig& config, FileFormat format,
                 const std::string& file)
    : columns_(source.columns()),
      header_(source.header()),
      config_(config),
      format_(format),
      zone_(TimeZone::named(config.time_zone)) {
  require_columns(config.columns, columns_, file);
  const ColumnMapping& mapping = config.columns;
  at_ = {position(columns_, mapping.time),       position(columns_, mapping.order_id),
         position(columns_, mapping.product),    position(columns_, mapping.quantity),
         position(columns_, mapping.unit_price), position(columns_, mapping.revenue),
         position(columns_, mapping.customer),   position(columns_, mapping.place)};
}

Reject Cleaner::reject(const Record& record, RejectReason reason, std::size_t column) const {
  return {record.line, column == kNone ? std::string_view() : columns_[column], reason,
          record.text};
}

std::optional<RejectReason> Cleaner::refuse_row(const Record& record) const {
  if (record.flaw == RecordFlaw::invalid_utf8) return RejectReason::invalid_utf8;
  if (record.flaw == RecordFlaw::bad_quotes) return RejectReason::bad_quotes;
  if (is_blank(record)) return RejectReason::blank;
  if (!header_.empty() && equals_header(record.fields, header_)) {
    return RejectReason::repeated_header;
  }
  if (record.fields.size() != columns_.size()) return RejectReason::wrong_column_count;
  return std::nullopt;
}

std::size_t Cleaner::missing_column(const Record& record) const {
  for (const std::size_t column :
       {at_.time, at_.order_id, at_.quantity, at_.unit_price, at_.revenue}) {
    if (column != kNone && trim(record.fields[column]).empty()) return column;
  }
  return kNone;
}

/// The zone's offset is looked up once a day; days of a clock change are converted one by one.
Instant Cleaner::instant_of(CivilTime civil) {
  if (zone_.is_none()) return Instant(civil.time_since_epoch());
  const auto day = floor<days>(civil);
  const auto [at, is_new] = day_offsets_.try_emplace(day.time_since_epoch().count());
  if (is_new) {
    const Instant start = zone_.instant(day);
    const Instant end = zone_.instant(day + days(1));
    if (end - start == days(1)) at->second = day.time_since_epoch() - start.time_since_epoch();
  }
  const auto& offset = at->second;
  return offset ? Instant(civil.time_since_epoch() - *offset) : zone_.instant(civil);
}

bool Cleaner::read_time(const Record& record, Sale& sale) {
  const auto stamp = parse_time(trim(record.fields[at_.time]), format_.date);
  if (!stamp) return false;
  if (stamp->offset) {
    sale.instant = Instant(stamp->civil.time_since_epoch() - *stamp->offset);
    sale.time = zone_.civil(sale.instant);
  } else {
    sale.time = stamp->civil;
    sale.instant = instant_of(stamp->civil);
  }
  return true;
}

bool Cleaner::read_amount(const Record& record, std::size_t column, double& amount) const {
  if (column == kNone) return true;
  const auto value = parse_amount(trim(record.fields[column]), format_.decimal);
  if (value) amount = *value;
  return value.has_value();
}

void Cleaner::price(Sale& sale) const {
  if (at_.revenue == kNone) {
    sale.revenue = sale.quantity * sale.unit_price;
  } else if (at_.unit_price == kNone) {
    sale.unit_price = sale.quantity == 0 ? kUnknown : sale.revenue / sale.quantity;
  }
}

void Cleaner::mark_return(Sale& sale) const {
  const std::string_view prefix = config_.credit_prefix;
  const std::string_view id = sale.order_id;
  sale.cancelled = !prefix.empty() && id.starts_with(prefix) && id.size() > prefix.size() &&
                   id[prefix.size()] >= '0' && id[prefix.size()] <= '9';
  sale.returned = sale.cancelled || sale.quantity < 0 || sale.unit_price < 0 || sale.revenue < 0;
}

std::optional<Reject> Cleaner::clean(const Record& record, Sale& sale) {
  if (const auto reason = refuse_row(record)) return reject(record, *reason);
  if (const std::size_t column = missing_column(record); column != kNone) {
    return reject(record, RejectReason::missing_value, column);
  }
  const auto text = [&](std::size_t column) {
    return column == kNone ? std::string_view() : trim(record.fields[column]);
  };
  sale = {.line = record.line,
          .order_id = text(at_.order_id),
          .product = text(at_.product),
          .unit_price = kUnknown,
          .revenue = kUnknown,
          .customer = text(at_.customer),
          .place = text(at_.place)};
  if (!read_time(record, sale)) return reject(record, RejectReason::bad_time, at_.time);
  if (!read_amount(record, at_.quantity, sale.quantity)) {
    return reject(record, RejectReason::bad_quantity, at_.quantity);
  }
  if (!read_amount(record, at_.unit_price, sale.unit_price)) {
    return reject(record, RejectReason::bad_price, at_.unit_price);
  }
  if (!read_amount(record, at_.revenue, sale.revenue)) {
    return reject(record, RejectReason::bad_price, at_.revenue);
  }
  price(sale);
  mark_return(sale);
  if (sale.returned && config_.returns == ReturnPolicy::drop) {
    return reject(record, RejectReason::returned);
  }
  sale.row_hash = hash_row(record.fields);
  return std::nullopt;
}

FileFormat survey_file(const std::filesystem::path& file, const DatasetConfig& config,
                       const std::string& name) {
  const auto source = open_records(file, config.csv);
  require_columns(config.columns, source->columns(), name);
  const auto& columns = source->columns();
  if (config.columns.time.empty()) {
    throw Error(ErrorCode::bad_data,
                fmt::format("the settings name no column for the time of the orders of '{}'; its "
                            "columns are: {}. Name the right one under [columns]",
                            name, fmt::join(columns, ", ")));
  }
  const std::size_t time = position(columns, config.columns.time);
  const std::size_t quantity = position(columns, config.columns.quantity);
  const std::size_t unit_price = position(columns, config.columns.unit_price);
  const std::size_t revenue = position(columns, config.columns.revenue);
  DateEvidence dates;
  DecimalEvidence decimals;
  Record record;
  bool any = false;
  while (source->next(record)) {
    any = true;
    if (record.flaw != RecordFlaw::none || record.fields.size() != columns.size()) continue;
    if (record.fields[time] == columns[time]) continue;
    dates.add(trim(record.fields[time]));
    if (config.decimal) continue;
    for (const std::size_t column : {quantity, unit_price, revenue}) {
      if (column != SIZE_MAX) decimals.add(record.fields[column]);
    }
  }
  if (!any) {
    throw Error(ErrorCode::bad_data, fmt::format("'{}' holds a header but no rows", name));
  }
  const std::string place = fmt::format("column '{}' of '{}'", columns[time], name);
  return {dates.decide(config.date_order, place), config.decimal.value_or(decimals.decide())};
}

}  // namespace forecart
