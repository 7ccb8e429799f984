#include "pipeline/replay.h"

#include "base/durable_file.h"
#include "pipeline/sales.h"
#include "pipeline/state_parts.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <map>
#include <system_error>

namespace forecart {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

fs::path fresh_folder(const Repository& repository) {
  static std::atomic<unsigned> counter{0};
  return repository.store().work_folder() / fmt::format("replay-{}-{}", process_name(), counter++);
}

void copy(const Repository& from, const std::string& key, Repository& to,
          const std::string& new_key) {
  to.store().put_file(new_key, from.store().fetch(key));
}

}  // namespace

Replay::Replay(const Repository& repository, const json& manifest)
    : folder_(fresh_folder(repository)) {
  Repository::open_or_create(folder_);
  copy_settings(repository, manifest);
  copy_orders(repository, manifest);
  copy_tables(repository, manifest);
  copy_earlier(repository, manifest);
}

Replay::~Replay() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void Replay::copy_settings(const Repository& repository, const json& manifest) {
  Repository own = Repository::open(folder_);
  const std::string key = Repository::config_key(manifest.at("dataset").get<std::string>());
  if (manifest.contains("settings")) {
    copy(repository, Repository::raw_key(manifest["settings"].get<std::string>()), own, key);
    return;
  }
  copy(repository, key, own, key);
  notes_.emplace_back("the run does not tell its dataset.toml: today's is taken");
}

void Replay::copy_orders(const Repository& repository, const json& manifest) {
  Repository own = Repository::open(folder_);
  const auto dataset = manifest.at("dataset").get<std::string>();
  std::map<std::string, std::string> names;
  for (const KnownFile& file : known_files(repository, dataset)) names[file.hash] = file.name;
  json files = json::array();
  for (const json& input : manifest.at("inputs")) {
    const auto hash = input.get<std::string>();
    copy(repository, Repository::raw_key(hash), own, Repository::raw_key(hash));
    files.push_back({{"hash", hash}, {"name", names[hash]}});
  }
  own.add_upload(dataset, "replay", {{"files", std::move(files)}});
}

void Replay::copy_tables(const Repository& repository, const json& manifest) {
  Repository own = Repository::open(folder_);
  for (const json& table : manifest.value("input_tables", json::array())) {
    copy(repository, Repository::raw_key(table.at("sha256").get<std::string>()), own,
         fmt::format("inputs/{}/{}", manifest.at("dataset").get<std::string>(),
                     table.at("file").get<std::string>()));
  }
}

void Replay::copy_earlier(const Repository& repository, const json& manifest) {
  const json earlier = manifest.value("warm_start_from", json());
  if (earlier.is_null()) return;
  Repository own = Repository::open(folder_);
  const auto dataset = manifest.at("dataset").get<std::string>();
  const auto run = earlier.get<std::string>();
  const std::string key = Repository::run_key(dataset, run, "manifest.json");
  const json known = repository.read_json(key);
  own.write_json(key, known);
  for (const json& model : known.at("models")) {
    for (const std::string& state : told_state(model).keys()) copy(repository, state, own, state);
  }
  const json tables = known.value("tables", json::object());
  for (const auto& [name, hashes] : tables.items()) {
    for (const char* format : {"csv", "json", "parquet"}) {
      const std::string table =
          Repository::run_key(dataset, run, fmt::format("{}.{}", name, format));
      if (repository.store().exists(table)) copy(repository, table, own, table);
    }
  }
  own.set_current(dataset, std::nullopt, {{"run", run}, {"manifest", key}});
}

}  // namespace forecart
