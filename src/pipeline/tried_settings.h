#pragma once

#include "ingest/toml_edit.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace forecart {

/// Names by which settings can be tried without writing them: those of [columns] by their own,
/// `time_zone`, `date_order`, `delimiter`, `decimal`, `header`, `returns`.
std::vector<std::string_view> tried_setting_names();

/// Such names and values, of which "" says that no column plays a part, as edits of dataset.toml;
/// `dimensions` is a JSON array of columns to cut sales by. Other names are passed over. Throws
/// Error invalid_value for what is no such array.
std::vector<TomlEdit> settings_to_try(
    const std::vector<std::pair<std::string, std::string>>& named);

}  // namespace forecart
