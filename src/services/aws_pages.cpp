#include "services/aws_pages.h"

#include <set>

namespace forecart {

bool each_page(int most, const std::function<std::string(const std::string& token)>& page) {
  std::set<std::string> seen;
  std::string token;
  for (int i = 0; i < most; ++i) {
    token = page(token);
    if (token.empty()) return true;
    if (!seen.insert(token).second) return false;
  }
  return false;
}

}  // namespace forecart
