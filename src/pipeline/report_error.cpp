#include "pipeline/report_error.h"

#include "base/utc_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

std::string key_of(const std::string& dataset) {
  return fmt::format("work/{}/report.json", dataset);
}

}  // namespace

std::string read_report_error(const Repository& repository, const std::string& dataset) {
  const auto text = repository.store().read(key_of(dataset));
  const auto told = text ? nlohmann::json::parse(*text, nullptr, false) : nlohmann::json();
  if (!told.is_object()) return "";
  return told.value("message", "");
}

void keep_report_error(Repository& repository, const std::string& dataset,
                       const std::string& message) {
  ObjectStore& store = repository.store();
  if (message.empty()) return store.remove(key_of(dataset));
  repository.write_json(key_of(dataset), {{"message", message}, {"at", utc_text(store.now())}});
}

}  // namespace forecart
