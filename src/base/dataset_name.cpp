#include "base/dataset_name.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>

namespace forecart {

bool is_dataset_name(const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  const bool plain = std::all_of(name.begin(), name.end(), allowed);
  return plain && !name.empty() && name.size() <= 64 && name.front() != '-' && name.front() != '_';
}

void check_dataset_name(const std::string& name) {
  if (!is_dataset_name(name)) {
    throw Error(
        ErrorCode::invalid_value,
        fmt::format("data set name '{}' is not allowed; use up to 64 letters, digits, - and "
                    "_, beginning with a letter or digit",
                    name));
  }
}

}  // namespace forecart
