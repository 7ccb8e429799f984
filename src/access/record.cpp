#include "access/record.h"

#include "store/sealed_json.h"

namespace forecart {

using nlohmann::json;

json open_record(std::string_view text, std::string_view what) {
  if (seal_of(text) != Seal::whole) {
    throw Error(
        ErrorCode::bad_data,
        fmt::format("{} is not as it was written: its seal does not hold; see forecart fsck",
                    what));
  }
  json record = json::parse(text, nullptr, false);
  if (!record.is_object()) {
    throw Error(ErrorCode::bad_data,
                fmt::format("{} is damaged: it is no JSON object; see forecart fsck", what));
  }
  remove_seal(record);
  return record;
}

std::string to_utc(Instant at) {
  const auto second = std::chrono::floor<std::chrono::seconds>(at);
  std::string text = format_instant(second, TimeZone());  // "2026-11-27 12:30:00"
  text[text.find(' ')] = 'T';
  return fmt::format("{}.{:06}Z", text, (at - second).count());
}

Instant from_utc(const std::string& text) {
  const auto at = parse_instant(text, TimeZone());
  if (at) return *at;
  throw Error(ErrorCode::bad_data,
              fmt::format("'{}' is no time; see forecart fsck", text.substr(0, 40)));
}

}  // namespace forecart
