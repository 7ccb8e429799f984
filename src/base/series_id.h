#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace forecart {

/// unique_id of a series cut from orders: "city=Boston/product=Cable%20A", dimensions in declared
/// order, everything but letters, digits and "-_.~" percent-escaped (RFC 3986); "total" for none.
std::string make_series_id(const std::vector<std::pair<std::string, std::string>>& dimensions);

/// The dimensions of such an id; empty for "total". Throws Error invalid_value if it is not one.
std::vector<std::pair<std::string, std::string>> parse_series_id(std::string_view id);

/// The id as people write it: "city=Port Ansel" of "city=Port%20Ansel"; as it is where it is none,
/// or holds what would steer a terminal.
std::string readable_id(const std::string& id);

}  // namespace forecart
