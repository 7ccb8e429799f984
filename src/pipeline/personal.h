#pragma once

#include <string>
#include <string_view>

namespace forecart {

/// Whether values of a dimension may name or find a person: those of `customer` and `place`. What a
/// shop cuts from them (`[dimensions]`) is for it to decide.
bool is_personal(std::string_view dimension);

/// Whether the id of a series tells such a value: "city=Boston/customer=Ann".
bool names_person(std::string_view unique_id);

/// The same as a condition of SQL over a column of ids.
std::string names_person_sql(std::string_view column);

}  // namespace forecart
