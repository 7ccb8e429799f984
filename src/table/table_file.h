#pragma once

#include "table/table.h"

#include <filesystem>
#include <functional>
#include <optional>
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

/// The next rows of a table that is made while it is written; nothing at the end. All blocks have
/// the same columns, and the first comes even where there are no rows.
using TableBlocks = std::function<std::optional<Table>()>;

/// The same for parquet and a table that need not fit in memory. What `next` throws comes out here.
void write_parquet(const TableBlocks& next, const std::filesystem::path& path);

/// Writes bytes under a name that appears only when they are complete; a pipe or device is written
/// to as it is. Throws as write_table.
void write_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace forecart
