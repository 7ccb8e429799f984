#pragma once

#include "aggregates/sales_answer.h"
#include "aggregates/sales_cube.h"

#include <optional>

namespace forecart {

/// Whether a cube knows all dimensions that a query names.
bool can_answer(const SalesCube& cube, const SalesQuery& query);

/// Answers a valid query that it can. Nothing where there would be so many sums at once that they
/// would take more memory than a question is worth: kMostSums, which the rows of the answer are
/// taken from.
std::optional<SalesAnswer> ask_cube(const SalesCube& cube, const SalesQuery& query,
                                    unsigned threads = 0);

/// Combinations times buckets times measures.
inline constexpr std::size_t kMostSums = 24'000'000;

}  // namespace forecart
