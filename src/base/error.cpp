#include "base/error.h"

namespace forecart {

const char* to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
      return "usage";
    case ErrorCode::invalid_value:
      return "invalid_value";
    case ErrorCode::unknown_name:
      return "unknown_name";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::unreadable:
      return "unreadable";
    case ErrorCode::bad_data:
      return "bad_data";
    case ErrorCode::no_space:
      return "no_space";
    case ErrorCode::newer_version:
      return "newer_version";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::unavailable:
      return "unavailable";
  }
  return "unknown";
}

}  // namespace forecart
