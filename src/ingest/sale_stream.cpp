#include "ingest/sale_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace forecart {

namespace {

struct SalesColumn {
  std::string_view name;
  StreamType type;
};

constexpr std::array<SalesColumn, 12> kColumns{{{"line", StreamType::integer},
                                                {"order_id", StreamType::text},
                                                {"time", StreamType::timestamp},
                                                {"instant", StreamType::timestamp},
                                                {"product", StreamType::text},
                                                {"quantity", StreamType::number},
                                                {"unit_price", StreamType::number},
                                                {"revenue", StreamType::number},
                                                {"customer", StreamType::text},
                                                {"place", StreamType::text},
                                                {"returned", StreamType::flag},
                                                {"row_hash", StreamType::hash}}};

void put_number(ChunkWriter& chunk, std::size_t column, std::size_t row, double value) {
  std::isnan(value) ? chunk.missing(column, row) : chunk.number(column, row, value);
}

void put_text(ChunkWriter& chunk, std::size_t column, std::size_t row, std::string_view value) {
  value.empty() ? chunk.missing(column, row) : chunk.text(column, row, value);
}

}  // namespace

std::vector<std::string> sales_columns() {
  std::vector<std::string> result;
  for (const SalesColumn& column : kColumns) result.emplace_back(column.name);
  return result;
}

SaleStream::SaleStream(RecordSource& source, Cleaner& cleaner, RejectWriter& rejects)
    : source_(source), cleaner_(cleaner), rejects_(rejects) {
  for (const SalesColumn& column : kColumns) {
    columns_.push_back({fmt::format("{}{}", kSalesPrefix, column.name), column.type});
  }
  raw_from_ = columns_.size();
  for (const std::string& name : source.columns()) columns_.push_back({name, StreamType::text});
}

std::size_t SaleStream::fill(ChunkWriter& chunk) {
  std::size_t rows = 0;
  Sale sale;
  while (rows < chunk.capacity() && source_.next(record_)) {
    if (const auto reject = cleaner_.clean(record_, sale)) {
      count(*reject);
      rejects_.write(*reject);
      continue;
    }
    count(sale);
    put(chunk, rows, sale);
    put_raw(chunk, rows);
    ++rows;
  }
  return rows;
}

void SaleStream::count(const Reject& reject) {
  ++counts_.rows_read;
  ++counts_.rows_rejected;
  ++counts_.rejected_by_reason[static_cast<std::size_t>(reject.reason)];
}

void SaleStream::count(const Sale& sale) {
  ++counts_.rows_read;
  ++counts_.rows_accepted;
  counts_.returns += sale.returned ? 1 : 0;
  counts_.cancellations += sale.cancelled ? 1 : 0;
  counts_.first = std::min(counts_.first.value_or(sale.instant), sale.instant);
  counts_.last = std::max(counts_.last.value_or(sale.instant), sale.instant);
  if (std::isnan(sale.revenue)) return;
  const double term = sale.revenue - revenue_lost_;
  const double sum = counts_.revenue + term;
  revenue_lost_ = (sum - counts_.revenue) - term;
  counts_.revenue = sum;
}

void SaleStream::put(ChunkWriter& chunk, std::size_t row, const Sale& sale) const {
  chunk.integer(0, row, sale.line);
  put_text(chunk, 1, row, sale.order_id);
  chunk.timestamp(2, row, sale.time.time_since_epoch());
  chunk.timestamp(3, row, sale.instant.time_since_epoch());
  put_text(chunk, 4, row, sale.product);
  chunk.number(5, row, sale.quantity);
  put_number(chunk, 6, row, sale.unit_price);
  put_number(chunk, 7, row, sale.revenue);
  put_text(chunk, 8, row, sale.customer);
  put_text(chunk, 9, row, sale.place);
  chunk.flag(10, row, sale.returned);
  chunk.hash(11, row, sale.row_hash);
}

void SaleStream::put_raw(ChunkWriter& chunk, std::size_t row) const {
  for (std::size_t i = 0; i < record_.fields.size(); ++i) {
    if (chunk.wants(raw_from_ + i)) put_text(chunk, raw_from_ + i, row, record_.fields[i]);
  }
}

}  // namespace forecart
