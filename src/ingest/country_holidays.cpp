#include "ingest/country_holidays.h"

#include "base/embedded_file.h"
#include "base/error.h"
#include "table/number_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

// The table lies in the program itself, so that it needs no file at run time.
FORECART_EMBED(holidays, FORECART_HOLIDAYS)

namespace forecart {

namespace {

using std::chrono::local_days;

constexpr int kFirstYear = 1990;

std::string_view table() {
  return FORECART_EMBEDDED(holidays);
}

/// What stands before the next separator, taken off the front of `text`.
std::string_view take(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

int number(std::string_view text) {
  return static_cast<int>(parse_integer(text).value_or(0));
}

/// Adds the days of one entry "MMDD:YEARS".
void add_days(std::string_view entry, const std::string& name, std::vector<HolidaySpan>& spans) {
  const int day = number(take(entry, ':'));
  const auto month = std::chrono::month(static_cast<unsigned>(day / 100));
  while (!entry.empty()) {
    std::string_view run = take(entry, ',');
    const int first = number(take(run, '-'));
    const int last = run.empty() ? first : number(run);
    for (int year = first; year <= last; ++year) {
      const local_days date(std::chrono::year(kFirstYear + year) / month / (day % 100));
      spans.push_back({name, date, date});
    }
  }
}

std::set<std::string, std::less<>> known_codes() {
  std::set<std::string, std::less<>> codes;
  std::string_view rest = table();
  take(rest, '\n');
  while (!rest.empty()) {
    std::string_view line = take(rest, '\n');
    codes.emplace(take(line, '\t'));
  }
  return codes;
}

std::set<std::string, std::less<>> wanted_codes(std::string_view codes) {
  std::set<std::string, std::less<>> wanted;
  while (!codes.empty()) {
    if (const std::string_view code = trim(take(codes, ',')); !code.empty()) wanted.emplace(code);
  }
  if (wanted.empty()) {
    throw Error(ErrorCode::invalid_value, "name the countries of the holidays, e.g. US or DE,AT");
  }
  return wanted;
}

}  // namespace

void require_countries(std::string_view codes) {
  const auto known = known_codes();
  for (const std::string& code : wanted_codes(codes)) {
    if (known.contains(code)) continue;
    throw Error(ErrorCode::unknown_name,
                fmt::format("no holidays are known of the country '{}'; known are {}", code,
                            fmt::join(known, ", ")));
  }
}

std::vector<HolidaySpan> country_holidays(std::string_view codes) {
  require_countries(codes);
  const auto wanted = wanted_codes(codes);
  std::vector<HolidaySpan> spans;
  std::string_view rest = table();
  take(rest, '\n');
  while (!rest.empty()) {
    std::string_view line = take(rest, '\n');
    if (!wanted.contains(take(line, '\t'))) continue;
    const std::string name(take(line, '\t'));
    while (!line.empty()) add_days(take(line, ';'), name, spans);
  }
  return spans;
}

std::string holiday_source() {
  std::string_view rest = table();
  std::string_view line = take(rest, '\n');
  constexpr std::string_view kFrom = "from ";
  line.remove_prefix(std::min(line.find(kFrom) + kFrom.size(), line.size()));
  return std::string(line.substr(0, line.find(" (")));
}

}  // namespace forecart
