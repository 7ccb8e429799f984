#pragma once

#include <boost/asio/ip/address.hpp>

#include <string>

namespace forecart {

/// A range of IPv4 or IPv6 addresses.
class AddressRange {
 public:
  /// "10.0.0.0/16", "fd00::/8". Throws Error invalid_value for a text that is none.
  explicit AddressRange(const std::string& text);

  /// Whether it has that address; an address of the other kind or no address is none of it.
  bool holds(const std::string& address) const;

 private:
  boost::asio::ip::address first_;
  unsigned short prefix_ = 0;
};

}  // namespace forecart
