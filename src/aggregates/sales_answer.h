#pragma once

#include "aggregates/sales_query.h"
#include "table/table.h"

#include <cstdint>
#include <string>
#include <vector>

namespace forecart {

/// Rows that answer a query: `ds` but for the total, the dimensions of `by`, the measures. Lines
/// and orders are whole numbers, units and revenue sums of amounts rounded to six decimals.
struct SalesAnswer {
  Table rows;
  std::int64_t total = 0;  ///< rows that there are, of which limit and offset keep some

  bool is_cut(const SalesQuery& query) const {
    return query.offset + static_cast<std::int64_t>(rows.row_count()) < total;
  }
};

/// Names of the columns of an answer, in order. A dimension called like another column, letters A
/// to Z in either case, is "dimension <name>".
std::vector<std::string> answer_columns(const SalesQuery& query);

/// The part of an answer without rows.
SalesAnswer empty_answer(const SalesQuery& query);

}  // namespace forecart
