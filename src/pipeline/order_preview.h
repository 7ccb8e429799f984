#pragma once

#include "ingest/toml_edit.h"
#include "pipeline/repository.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

struct PreviewRequest {
  std::filesystem::path file;
  std::string name = "the file";          ///< how messages call it
  std::optional<std::string> settings{};  ///< dataset.toml; nothing: guessed from the file
  std::vector<TomlEdit> edits{};          ///< that are tried on them, and not guessed then
};

/// What `ingest` would make of a file, from its first 1,000 rows; nothing is kept.
/// `{"settings":"stored"|"guessed","dialect":{"format":..,"delimiter":..,"quote":..,"header":..},
/// "columns":[{"name":..,"type":..,"examples":[..]}],"head":[[..]],"mapping":[{"part":..,"column":..,
/// "reason":..}],"toml":..,"rows":[..],"rejects":[..],"counts":{..},"whole":..,"problem":..}`.
/// `type` is one of time, integer, number, text, empty, as the cells look; `reason` one of name,
/// content, settings, null where no column plays that part; `head` are the first rows as they stand
/// in the file, `toml` is with the edits. Where the file can be read but not
/// understood, `problem` says why, `{"code":..,"message":..}`, and what rests on it is null or
/// empty. Throws Error bad_data where it is no table at all.
nlohmann::json preview_orders(const Repository& repository, const PreviewRequest& request);

}  // namespace forecart
