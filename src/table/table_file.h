#pragma once

#include "table/table.h"

#include <filesystem>
#include <string>

namespace forecart {

/// Reads csv, csv.gz, csv.zst or parquet. A csv column is whole numbers, numbers or truth values
/// when all its cells are written so; "007" or "1e5x" make it text, and a column with empty cells
/// is never of whole numbers. Parquet types without a counterpart become text. Throws Error
/// not_found, unreadable, or bad_data that names the line of a row of another length.
Table read_table(const std::filesystem::path& path);

/// Writes csv or, by the name's end, parquet. The file appears under its name only when it is
/// complete. Throws Error no_space or unreadable.
void write_table(const Table& table, const std::filesystem::path& path);

/// The table as csv: header, LF line ends, quotes only where needed, shortest numbers that read
/// back the same. Equal tables give equal bytes.
std::string to_csv(const Table& table);

/// Writes bytes under a name that appears only when they are complete. Throws as write_table.
void write_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace forecart
