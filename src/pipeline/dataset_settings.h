#pragma once

#include "ingest/dataset_config.h"
#include "pipeline/repository.h"

#include <cstddef>
#include <optional>
#include <string>

namespace forecart {

/// Why settings cannot be used.
struct SettingsProblem {
  std::string code;
  std::string message;   ///< names the key and what is allowed
  std::size_t line = 0;  ///< of the text; 0 where it is about no line
};

/// Settings as read_config reads them, and that their dimensions are expressions; nothing where
/// they are not.
struct CheckedSettings {
  std::optional<DatasetConfig> config;
  SettingsProblem problem{};  ///< where there is no config
};
CheckedSettings check_settings(const std::string& toml);

/// What became of an attempt to write them.
struct WrittenSettings {
  bool written = false;  ///< else somebody else changed them first
  bool created = false;
  std::string tag{};         ///< of what lies there now
  std::size_t outdated = 0;  ///< files that the next run cleans again
};

/// Writes settings that were checked, where those there are still have this tag; nothing: where
/// there are none.
WrittenSettings write_settings(Repository& repository, const std::string& dataset,
                               const std::string& toml, const std::optional<std::string>& tag);

/// Whether they differ in whom alerts tell, and with which secrets of the environment.
bool tells_others(const Repository& repository, const std::string& dataset,
                  const DatasetConfig& config);

}  // namespace forecart
