#include "models/saved_state.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <string>

namespace forecart {

void refuse_state(std::string_view model, std::string_view part) {
  throw Error(
      ErrorCode::bad_data,
      fmt::format("the saved state of {} is damaged ({}): fit the model again", model, part));
}

void check_version(std::string_view model, const nlohmann::json& state, std::int64_t known) {
  const std::int64_t version =
      whole_number(state, "version", 1, std::numeric_limits<std::int32_t>::max());
  if (version <= known) return;
  throw Error(ErrorCode::newer_version,
              fmt::format("the saved state of {} has version {}, this program reads up to {}; use "
                          "a newer forecart",
                          model, version, known));
}

std::int64_t whole_number(const nlohmann::json& state, const char* key, std::int64_t low,
                          std::int64_t high) {
  const nlohmann::json& value = state.at(key);
  const auto number = value.is_number_integer() ? value.get<std::int64_t>() : low - 1;
  if (number >= low && number <= high) return number;
  refuse_state("a model", fmt::format("{} is no whole number from {} to {}", key, low, high));
}

double variance(const nlohmann::json& state, const char* key) {
  const auto value = state.at(key).get<double>();
  if (value >= 0) return value;
  refuse_state("a model", fmt::format("{} is no variance", key));
}

nlohmann::json numbers_or_null(std::span<const double> values) {
  nlohmann::json result = nlohmann::json::array();
  for (const double value : values) {
    std::isnan(value) ? result.push_back(nullptr) : result.push_back(value);
  }
  return result;
}

double number_or_missing(const nlohmann::json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

Calendar read_calendar(const nlohmann::json& state) {
  return {Frequency::parse(state.at("frequency").get<std::string>()),
          TimeZone::named(state.at("zone").get<std::string>())};
}

nlohmann::json parse_state(std::string_view bytes, std::string_view place) {
  try {
    return nlohmann::json::from_cbor(bytes);
  } catch (const nlohmann::json::exception&) {  // absurd sizes throw whatever is asked of it
    throw Error(ErrorCode::bad_data, fmt::format("'{}' is damaged; run again", place));
  }
}

}  // namespace forecart
