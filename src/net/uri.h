#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace forecart {

/// Names and values as they are meant, not percent-encoded, in the order given.
using NamedValues = std::vector<std::pair<std::string, std::string>>;

/// Percent-encodes all but letters, digits and "-._~" (RFC 3986, section 2.3), and "/" where it is
/// to be kept.
std::string uri_encode(std::string_view text, bool keep_slash = false);

/// Undoes it. A "%" without two hexadecimal digits behind stays as it is; "+" is no space.
std::string uri_decode(std::string_view text);

/// "a=1&b=x%20y", in order of the encoded names, then of the encoded values.
std::string encode_query(const NamedValues& query);

/// An address, taken apart. Parts are as they are meant, not percent-encoded.
struct Url {
  std::string scheme = "https";  ///< "http" or "https"
  std::string host = {};         ///< with ":port" where it is not the usual one
  std::string path = "/";
  NamedValues query = {};

  std::string text() const;
  friend bool operator==(const Url&, const Url&) = default;
};

/// Throws Error invalid_value for what is no address of http or https, or carries a user or control
/// characters. The message does not repeat the query.
Url parse_url(std::string_view text);

}  // namespace forecart
