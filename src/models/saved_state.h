#pragma once

#include "base/calendar.h"
#include "base/error.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace forecart {

/// Throws Error bad_data: the saved state of `model` is damaged at `part`.
[[noreturn]] void refuse_state(std::string_view model, std::string_view part);

/// Throws Error newer_version where `state["version"]` is above `known`, bad_data where it is no
/// version at all.
void check_version(std::string_view model, const nlohmann::json& state, std::int64_t known);

/// The state that `bytes`, as CBOR, hold. Throws Error bad_data that names `place` if they hold
/// none.
nlohmann::json parse_state(std::string_view bytes, std::string_view place);

/// The whole number `state[key]` in [low, high]. Throws Error bad_data for any other value, and
/// nlohmann's exception where the key is missing; read_state makes bad_data of that.
std::int64_t whole_number(const nlohmann::json& state, const char* key, std::int64_t low,
                          std::int64_t high);

/// The whole number that `value` is. Throws Error bad_data for any other value, and for one that
/// Whole does not hold, which json would cut down without a word.
template <class Whole>
Whole whole(const nlohmann::json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (std::in_range<Whole>(number)) return static_cast<Whole>(number);
  } else if (value.is_number_integer()) {
    const auto number = value.get<std::int64_t>();
    if (std::in_range<Whole>(number)) return static_cast<Whole>(number);
  }
  refuse_state("a model", "a value is no whole number");
}

/// The list of whole numbers that `values` is; otherwise as whole, or nlohmann's exception.
template <class Whole>
std::vector<Whole> wholes(const nlohmann::json& values) {
  std::vector<Whole> numbers;
  for (const auto& value : values.get_ref<const nlohmann::json::array_t&>()) {
    numbers.push_back(whole<Whole>(value));
  }
  return numbers;
}

/// The variance `state[key]`, a number >= 0; otherwise as whole_number.
double variance(const nlohmann::json& state, const char* key);

/// Numbers of which NaN becomes null, as JSON has no other word for it; and back.
nlohmann::json numbers_or_null(std::span<const double> values);
double number_or_missing(const nlohmann::json& value);

/// The calendar of `state["frequency"]` and `state["zone"]`, by their names. Throws Error for names
/// that are none, nlohmann's exception where one is missing; read_state makes bad_data of both.
Calendar read_calendar(const nlohmann::json& state);

/// What `read` gives, a function that takes the saved state of `model` apart. The one place where
/// anything wrong with a state, a missing key or a value that is not allowed, becomes Error
/// bad_data; newer_version stays what it is.
template <class Read>
auto read_state(std::string_view model, const Read& read) {
  try {
    return read();
  } catch (const nlohmann::json::exception& exception) {
    refuse_state(model, exception.what());
  } catch (const Error& error) {
    if (error.code() == ErrorCode::bad_data || error.code() == ErrorCode::newer_version) throw;
    refuse_state(model, error.what());
  }
}

}  // namespace forecart
