#pragma once

#include <string>
#include <vector>

#include "table/table.h"

namespace forecart {

/// A table for people: aligned columns, numbers to the right with at most `digits` significant
/// digits, missing as "-".
std::string text_table(const Table& table, int digits = 5);

/// 1234567 as "1,234,567".
std::string grouped(std::int64_t number);

}  // namespace forecart
