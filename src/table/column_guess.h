#pragma once

#include "table/table.h"

#include <string>
#include <vector>

namespace forecart {

/// Values of a csv column: whole numbers, numbers (empty, NA, NaN and null are missing) or truth
/// values when every cell is written so, else text. A number that would not be written back in its
/// own words ("007", "+1") makes the column text: it is more likely a code.
ColumnValues guess_values(std::vector<std::string> cells);

/// True for "", NA, NaN, null and their other spellings.
bool is_missing_word(std::string_view cell);

}  // namespace forecart
