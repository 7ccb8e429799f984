#pragma once

#include "table/table.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

/// Exit statuses of the program.
enum class ExitStatus { ok = 0, failed = 1, usage = 2, partly = 3 };

/// Data go to stdout.
void print_text(const std::string& text);
/// Indented on a terminal, one line else; what is no number is null.
void print_json(const nlohmann::json& value);

/// Messages go to stderr, with the program's name before them.
void print_note(const std::string& message);
void print_notes(const std::vector<std::string>& messages);

/// Throws Error invalid_value for a file name with another ending than these (those that emit_table
/// serves) and not_found for one in a folder that is not there; to be called before work begins.
void check_output(const std::string& path,
                  const std::vector<std::string>& endings = {".csv", ".parquet", ".json"});

/// Writes the table to `path` (csv, parquet or json by its ending), or as csv to stdout where it is
/// empty. Throws Error no_space or unreadable.
void emit_table(const Table& table, const std::string& path);

}  // namespace forecart
