#pragma once

#include <functional>
#include <string>
#include <vector>

namespace forecart {

/// What a list of a service has, as far as it was read.
template <typename Item>
struct AwsList {
  std::vector<Item> items = {};
  bool complete = true;  ///< false where there is more than was asked for
};

/// Asks for page after page: `page` gets the token of the next one, which is empty at first, and
/// gives the one behind it. False where there are more than `most` pages, or a token comes again.
bool each_page(int most, const std::function<std::string(const std::string& token)>& page);

}  // namespace forecart
