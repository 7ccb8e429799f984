#include "pipeline/dataset_settings.h"

#include "base/error.h"
#include "ingest/sales_sql.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/sales.h"

#include <charconv>
#include <string_view>

namespace forecart {

namespace {

constexpr const char* kPlace = "dataset.toml";

/// The number behind "line ".
std::size_t line_in(std::string_view message) {
  constexpr std::string_view kLine = "dataset.toml, line ";
  const std::size_t at = message.find(kLine);
  if (at == std::string_view::npos) return 0;
  const std::string_view digits = message.substr(at + kLine.size());
  std::size_t line = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), line);
  return line;
}

}  // namespace

CheckedSettings check_settings(const std::string& toml) {
  try {
    DatasetConfig config = parse_settings(toml, kPlace);
    require_expressions(config);
    return {.config = std::move(config)};
  } catch (const Error& error) {
    return {.config = {},
            .problem = {to_string(error.code()), error.what(), line_in(error.what())}};
  }
}

WrittenSettings write_settings(Repository& repository, const std::string& dataset,
                               const std::string& toml, const std::optional<std::string>& tag) {
  ObjectStore& store = repository.store();
  const std::string key = Repository::config_key(dataset);
  WrittenSettings result{.created = !tag};
  result.written = tag ? store.put_if_match(key, toml, *tag) : store.put_if_absent(key, toml);
  const auto now = store.get(key);
  if (now) result.tag = now->tag;
  if (result.written) {
    result.outdated = outdated_files(repository, dataset, parse_settings(toml, kPlace)).size();
  }
  return result;
}

bool tells_others(const Repository& repository, const std::string& dataset,
                  const DatasetConfig& config) {
  const auto stored = repository.store().read(Repository::config_key(dataset));
  if (!stored) return !config.alert_sinks.empty();
  const CheckedSettings before = check_settings(*stored);
  // of settings that cannot be read nobody can tell
  return before.config ? before.config->alert_sinks != config.alert_sinks
                       : !config.alert_sinks.empty();
}

}  // namespace forecart
