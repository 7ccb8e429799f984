#pragma once

#include <stdexcept>
#include <string>

namespace forecart {

/// What kind of request could not be met. Doors map it: the command line to an exit status, the
/// server to an HTTP status. Tests compare codes, never wording.
enum class ErrorCode {
  usage,          ///< the call itself is wrong: unknown flag, missing argument
  invalid_value,  ///< a value outside what is allowed
  unknown_name,   ///< a name not in the list of known ones
  not_found,      ///< file, data set or run that does not exist
  unreadable,     ///< exists but cannot be read
  bad_data,       ///< read, but its content cannot be used
  no_space,       ///< the disk or the store is full
  newer_version,  ///< written by a newer forecart
  conflict,       ///< somebody else changed it first
  unavailable,    ///< a needed library, tool or service is missing
};

/// Name of a code as machines see it, e.g. "bad_data".
const char* to_string(ErrorCode code);

/// A request that cannot be met. The message names the value, the place and the remedy.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace forecart
