#pragma once

#include "server/routes.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace forecart {

/// A file of orders that has come whole.
struct ArrivedFile {
  std::string dataset;
  std::string name;
  std::filesystem::path path;
  std::int64_t bytes = 0;
  std::string sha256;
};

/// Throws Error invalid_value for a name that the inbox would not take, or not as one file.
void check_file_name(const std::string& name);

/// Puts it in the inbox, unless that content is there or was taken in before: then true. Throws
/// Error bad_data for what is no table.
bool put_in_inbox(const RouteServices& services, const ArrivedFile& file);

}  // namespace forecart
