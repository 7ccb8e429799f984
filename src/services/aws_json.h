#pragma once

#include "base/time.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace forecart {

// Members of answers of AWS, which come from outside: what is of another type counts as missing.

/// Empty where there is none.
std::string aws_text(const nlohmann::json& object, const char* name);
/// A whole number, or 0.
std::int64_t aws_count(const nlohmann::json& object, const char* name);
/// Seconds since 1970 as a number, or ISO 8601.
std::optional<Instant> aws_instant(const nlohmann::json& object, const char* name);
/// An empty list where there is none.
const nlohmann::json& aws_list(const nlohmann::json& object, const char* name);
/// An empty object where there is none.
const nlohmann::json& aws_object(const nlohmann::json& object, const char* name);

}  // namespace forecart
