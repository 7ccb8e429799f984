#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// The name of `names` that somebody who wrote `written` most likely meant: by the fewest letters
/// put in, left out, replaced or swapped with their neighbour (optimal string alignment), case
/// aside. "" where none is within a third of its letters.
std::string nearest_name(std::string_view written, const std::vector<std::string>& names);

}  // namespace forecart
