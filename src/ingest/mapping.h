#pragma once

#include "ingest/dataset_config.h"

#include <filesystem>
#include <vector>

namespace forecart {

/// Completes a config from the files themselves: columns that it leaves open are guessed from the
/// names in the first file's header (English, German, French, Spanish spellings) and checked
/// against its first rows; a time column without a known name is found by its content. The
/// day-month order is looked for in one file after the other until one tells. A prefix of cancelled
/// order ids and one panel are proposed where none is given. Throws Error unknown_name when a
/// column named in `partial` is not in the file, and bad_data, listing the columns there are and
/// `--time-column`, when no time column can be found.
DatasetConfig guess_dataset_config(const std::vector<std::filesystem::path>& files,
                                   DatasetConfig partial);

/// Whether a column is known by its name to hold times; guess_dataset_config finds others by their
/// content, and all columns that hold something else by their names.
bool is_time_name(const std::string& column);

/// Throws Error unknown_name for a mapped column that is not among `columns`, with the list of
/// them.
void require_columns(const ColumnMapping& mapping, const std::vector<std::string>& columns,
                     const std::string& file);

}  // namespace forecart
