#pragma once

#include <string>
#include <string_view>

namespace forecart {

/// Whom an address is counted to: "192.0.2.7" itself, of IPv6 the network of 64 bits,
/// "2001:db8:0:1::/64", as one household or server has that many. What is no address counts as it
/// is.
std::string network_of(std::string_view address);

}  // namespace forecart
