#include "pipeline/unread.h"

#include "base/hash.h"
#include "base/utc_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

std::string unread_name(const ObjectInfo& object) {
  constexpr std::size_t kDigits = 16;
  const std::string all =
      fmt::format("{}\n{}\n{}", object.key, object.version, utc_text(object.modified));
  return fmt::format("{}{}.json", kUnread, sha256(all).substr(0, kDigits));
}

void leave_unread(Repository& repository, const std::string& dataset, const ObjectInfo& object,
                  const std::string& code, const std::string& message) {
  const std::string name = unread_name(object);
  repository.write_json(fmt::format("dead/{}/{}", dataset, name),
                        {{"key", object.key},
                         {"code", code},
                         {"message", message},
                         {"at", utc_text(repository.store().now())}});
  repository.write_json(fmt::format("work/{}/{}", dataset, name), nlohmann::json::object());
}

void try_unread_again(Repository& repository, const std::string& dataset, const std::string& name) {
  repository.store().remove(fmt::format("work/{}/{}", dataset, name));
  repository.store().remove(fmt::format("dead/{}/{}", dataset, name));
}

}  // namespace forecart
