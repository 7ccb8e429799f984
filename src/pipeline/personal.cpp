#include "pipeline/personal.h"

#include "table/database.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace forecart {

namespace {

constexpr std::array<std::string_view, 2> kPersonal{"customer", "place"};

}  // namespace

bool is_personal(std::string_view dimension) {
  return std::find(kPersonal.begin(), kPersonal.end(), dimension) != kPersonal.end();
}

/// In values "/" and "=" are escaped (make_series_id).
bool names_person(std::string_view unique_id) {
  while (!unique_id.empty()) {
    const std::string_view part = unique_id.substr(0, unique_id.find('/'));
    const std::size_t equals = part.find('=');
    if (equals != std::string_view::npos && is_personal(part.substr(0, equals))) return true;
    unique_id.remove_prefix(std::min(part.size() + 1, unique_id.size()));
  }
  return false;
}

std::string names_person_sql(std::string_view column) {
  return fmt::format("regexp_matches({}, '(^|/)({})=')", sql_identifier(std::string(column)),
                     fmt::join(kPersonal, "|"));
}

}  // namespace forecart
