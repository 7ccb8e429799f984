#pragma once

#include "base/error.h"
#include "base/time.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace forecart {

/// The JSON object that a sealed text holds, without its seal. Throws Error bad_data, naming
/// `what`, for a text that is not as it was written; one without a seal is none of ours.
nlohmann::json open_record(std::string_view text, std::string_view what);

/// Calls `read` with the object; what is missing in it, or of another kind, is an Error bad_data.
template <typename Read>
auto read_record(std::string_view text, std::string_view what, const Read& read) {
  const nlohmann::json record = open_record(text, what);
  try {
    return read(record);
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorCode::bad_data,
                fmt::format("{} is damaged: {}; see forecart fsck", what, error.what()));
  }
}

/// "2026-11-27T12:30:00.123456Z".
std::string to_utc(Instant at);
/// Throws Error bad_data.
Instant from_utc(const std::string& text);

}  // namespace forecart
