#pragma once

#include <string>

namespace forecart {

/// Letters, digits, "-" and "_", at most 64, beginning with a letter or digit; throws Error
/// invalid_value otherwise.
void check_dataset_name(const std::string& name);
bool is_dataset_name(const std::string& name);

}  // namespace forecart
