#pragma once

#include "table/table.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace forecart {

/// The names of the columns as the first line of a csv file.
void append_csv_header(std::string& text, const Table& table);

/// The rows as lines of a csv file: LF line ends, quotes only where needed, shortest numbers that
/// read back the same. Equal tables give equal bytes.
void append_csv_rows(std::string& text, const Table& table);

/// The rows as JSON objects with their members by name, a comma between two; missing numbers and
/// those that are not finite are null, bytes that are no UTF-8 become U+FFFD.
void append_json_rows(std::string& text, const Table& table);

/// The table as csv: header and rows.
std::string to_csv(const Table& table);

/// The table as JSON: an array of its rows.
std::string to_json_text(const Table& table);
nlohmann::json rows_json(const Table& table);

}  // namespace forecart
