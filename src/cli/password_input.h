#pragma once

#include <string>

namespace forecart {

/// A password from the terminal, typed twice without being shown; or where `from_stdin` the first
/// line of stdin. Throws Error usage where neither can be, or the two differ.
std::string read_password(const std::string& user, bool from_stdin);

}  // namespace forecart
