#pragma once

#include "table/csv_record.h"

#include <string_view>

namespace forecart {

/// Guesses delimiter (, ; tab |) and line end from the first bytes of a file: the delimiter that
/// splits the first row into two or more cells and the most other rows into as many. A file of one
/// column gets a comma. `last` says that the bytes are the whole file.
CsvDialect sniff_dialect(std::string_view bytes, char quote, bool last);

/// Throws Error bad_data, with the remedy, for bytes that are no text in UTF-8's family: UTF-16,
/// zip (xlsx), parquet, anything with NUL bytes.
void require_text(std::string_view bytes, std::string_view file);

}  // namespace forecart
