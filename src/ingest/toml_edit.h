#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// A key of dataset.toml and what it is to be.
struct TomlEdit {
  std::string table;  ///< that it stands in; "": none
  std::string key;
  std::string value;  ///< as TOML writes it: toml_text of a text

  friend bool operator==(const TomlEdit&, const TomlEdit&) = default;
};

/// The text with other values of these keys; keys and tables that are not there are added, all else
/// stays as it was written, with its comments. `text` must be TOML. Throws Error bad_data for what
/// is none, invalid_value where a key is written in a form that cannot be changed.
std::string edited_toml(std::string_view text, const std::vector<TomlEdit>& edits);

}  // namespace forecart
