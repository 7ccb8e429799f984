#include "server/address_range.h"

#include "base/error.h"

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <fmt/format.h>

#include <charconv>

namespace forecart {

namespace {

namespace ip = boost::asio::ip;

/// The first address of the network of that size which holds it.
ip::address first_of(const ip::address& address, unsigned short prefix) {
  if (address.is_v4()) return ip::network_v4(address.to_v4(), prefix).network();
  return ip::network_v6(address.to_v6(), prefix).network();
}

}  // namespace

AddressRange::AddressRange(const std::string& text) {
  const std::size_t slash = text.find('/');
  boost::system::error_code failure;
  const auto address = ip::make_address(text.substr(0, slash), failure);
  const unsigned short most = address.is_v4() ? 32 : 128;
  const char* const end = text.data() + text.size();
  const char* const digits = slash == std::string::npos ? end : text.data() + slash + 1;
  const auto [stop, error] = std::from_chars(digits, end, prefix_);
  if (failure || error != std::errc() || stop != end || prefix_ > most) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("'{}' is no network; give one as 10.0.0.0/16 or fd00::/8", text));
  }
  first_ = first_of(address, prefix_);
}

bool AddressRange::holds(const std::string& address) const {
  boost::system::error_code failure;
  const auto parsed = ip::make_address(address, failure);
  return !failure && parsed.is_v4() == first_.is_v4() && first_of(parsed, prefix_) == first_;
}

}  // namespace forecart
