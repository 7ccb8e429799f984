#pragma once

#include "aggregates/sales_answer.h"

#include <filesystem>
#include <vector>

namespace forecart {

/// Answers a valid query from sales files themselves: SQL over all their lines. What a cube answers
/// it answers the same. Texts of the query become SQL as literals only.
SalesAnswer ask_files(const std::vector<std::filesystem::path>& sales, const SalesQuery& query,
                      const SalesSchema& schema);

}  // namespace forecart
