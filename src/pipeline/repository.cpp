#include "pipeline/repository.h"

#include "base/error.h"
#include "base/nearest_name.h"
#include "base/time.h"
#include "pipeline/kept_stores.h"
#include "pipeline/version.h"
#include "store/sealed_json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <set>

namespace forecart {

namespace {

using nlohmann::json;

constexpr int kFormat = 1;
constexpr const char* kRootKey = "forecart.json";

json parse(const std::string& bytes, const std::string& key) {
  json value = json::parse(bytes, nullptr, false);
  if (value.is_discarded()) {
    throw Error(ErrorCode::bad_data, fmt::format("'{}' in the repository is not JSON", key));
  }
  remove_seal(value);
  return value;
}

/// What a probe has left, or is at work on, does not count.
bool holds_anything(const ObjectStore& store) {
  bool found = false;
  store.list_objects({}, [&found](const ObjectInfo& object) {
    found = !object.key.starts_with("probe/");
    return !found;
  });
  return found;
}

StoreSemantics semantics_of(const json& root) {
  const auto store = root.find("store");
  if (store == root.end()) return {.put_if_absent = true, .put_if_match = true, .finding = ""};
  try {
    return {.put_if_absent = store->at("put_if_absent").get<bool>(),
            .put_if_match = store->at("put_if_match").get<bool>(),
            .finding = store->at("finding").get<std::string>()};
  } catch (const json::exception& error) {
    throw Error(ErrorCode::bad_data,
                fmt::format("{} is damaged: what it says of the store cannot be read ({})",
                            kRootKey, error.what()));
  }
}

void check_format(const json& root) {
  if (!root.is_object() || !root.contains("format") || !root["format"].is_number_integer()) {
    throw Error(ErrorCode::bad_data, fmt::format("{} is damaged: it names no format", kRootKey));
  }
  const int format = root["format"].get<int>();
  if (format > kFormat) {
    throw Error(ErrorCode::newer_version,
                fmt::format("the repository has format {}, this forecart {} knows up to {}; use a "
                            "newer forecart",
                            format, kVersion, kFormat));
  }
}

using Tell = std::function<void(const std::string&)>;

Tell& teller() {
  static Tell tell;
  return tell;
}

void notice(const std::string& text) {
  static std::mutex mutex;
  static std::set<std::string> told;
  const std::scoped_lock lock(mutex);
  if (teller() && told.insert(text).second) teller()(text);
}

StoreWrapper& wrapper() {
  static StoreWrapper wrapper;
  return wrapper;
}

KeptStore opened(const StoreLocation& location) {
  if (wrapper()) return {wrapper()(open_store(location)), nullptr};
  return open_or_kept_store(location);
}

std::shared_ptr<ObjectStore> remembering(std::shared_ptr<ObjectStore> store,
                                         std::shared_ptr<StoreMemory> memory) {
  if (!memory) return store;
  return std::make_shared<RememberingStore>(std::move(store), std::move(memory));
}

Error no_repository(const StoreLocation& location) {
  return {ErrorCode::not_found,
          fmt::format("'{0}' is no repository; make one with: forecart init --repository {0}",
                      location.text())};
}

/// The last part of "a/b/name.json" without its ending.
std::string stem(const std::string& key) {
  const std::size_t begin = key.rfind('/') + 1;
  return key.substr(begin, key.rfind('.') - begin);
}

}  // namespace

Repository::Repository(const StoreLocation& location) : location_(location) {
  KeptStore kept = opened(location);
  counted_ = std::make_shared<CountingStore>(std::move(kept.store));
  store_ = remembering(counted_, std::move(kept.memory));
}

Repository Repository::open_or_create(const StoreLocation& location) {
  Repository repository(location);
  if (!repository.store_->exists(kRootKey)) repository.create();
  repository.load();
  return repository;
}

Repository Repository::init(const StoreLocation& location) {
  Repository repository(location);
  if (!repository.store_->exists(kRootKey)) {
    repository.create();
  } else {
    check_format(repository.read_json(kRootKey));
    repository.keep_semantics(repository.semantics_today());
  }
  repository.load();
  return repository;
}

void Repository::create() {
  if (holds_anything(*counted_)) {
    throw Error(
        ErrorCode::bad_data,
        fmt::format("'{}' holds files but no {}; give an empty {} or a repository",
                    location_.text(), kRootKey, location_.is_local() ? "folder" : "prefix"));
  }
  const StoreSemantics found = semantics_today();
  const json root{{"format", kFormat},
                  {"created_by", fmt::format("forecart {}", kVersion)},
                  {"sealed", true},
                  {"store", to_json(found)}};
  if (found.put_if_absent) {
    counted_->put_if_absent(kRootKey, sealed_text(root));
  } else if (!counted_->exists(kRootKey)) {
    counted_->put(kRootKey, sealed_text(root));
  }
}

void Repository::keep_semantics(const StoreSemantics& found) {
  json root = read_json(kRootKey);
  const json told = to_json(found);
  if (root.contains("store") && root["store"] == told) return;
  root["store"] = told;
  write_json(kRootKey, root);
}

StoreSemantics Repository::semantics_today() const {
  return probe_semantics(*counted_);
}

void Repository::tell_notices(Tell tell) {
  teller() = std::move(tell);
}

void Repository::wrap_stores(StoreWrapper made) {
  wrapper() = std::move(made);
}

bool Repository::is_at(const StoreLocation& location) {
  if (!location.is_local()) return opened(location).store->exists(kRootKey);
  std::error_code ignored;  // opening would make the folder
  return std::filesystem::exists(location.folder() / kRootKey, ignored);
}

Repository Repository::open(const StoreLocation& location) {
  if (location.is_local() && !is_at(location)) throw no_repository(location);
  Repository repository(location);
  repository.load();
  return repository;
}

/// What forecart.json says.
void Repository::load() {
  const auto bytes = store_->read(kRootKey);
  if (!bytes) throw no_repository(location_);
  const json root = parse(*bytes, kRootKey);
  check_format(root);
  semantics_ = semantics_of(root);
  if (semantics_.shared()) return;
  store_ = single_writer_store(store_, host_lock(location_));
  notice(
      fmt::format("the store of '{}' has no conditional writes (forecart doctor says why): only "
                  "one host at a time may write to it; nothing holds back others",
                  location_.text()));
}

std::vector<std::string> Repository::datasets() const {
  std::vector<std::string> names;
  for (const std::string& key : store_->list("datasets/")) {
    if (!key.ends_with("/dataset.toml")) continue;
    names.push_back(key.substr(9, key.size() - 9 - 13));
  }
  return names;
}

bool Repository::has_dataset(const std::string& dataset) const {
  return store_->exists(config_key(dataset));
}

void Repository::require_dataset(const std::string& dataset) const {
  if (!has_dataset(dataset)) throw unknown_dataset(dataset, datasets());
}

std::string Repository::config_key(const std::string& dataset) {
  check_dataset_name(dataset);
  return fmt::format("datasets/{}/dataset.toml", dataset);
}

std::string Repository::raw_key(const std::string& hash) {
  return "raw/" + hash;
}

std::string Repository::sales_key(const std::string& dataset, const std::string& hash) {
  return fmt::format("sales/{}/{}.parquet", dataset, hash);
}

std::string Repository::rejects_key(const std::string& dataset, const std::string& hash) {
  return fmt::format("rejects/{}/{}.csv", dataset, hash);
}

std::string Repository::run_key(const std::string& dataset, const std::string& run,
                                std::string_view name) {
  return fmt::format("runs/{}/{}/{}", dataset, run, name);
}

std::string Repository::model_key(const std::string& hash) {
  return "models/" + hash;
}

std::vector<std::string> Repository::upload_names(const std::string& dataset) const {
  std::vector<std::string> names;
  for (const std::string& key : store_->list(fmt::format("uploads/{}/", dataset))) {
    names.push_back(stem(key));
  }
  return names;
}

json Repository::upload(const std::string& dataset, const std::string& name) const {
  json record = read_json(fmt::format("uploads/{}/{}.json", dataset, name));
  record["upload"] = name;
  return record;
}

std::vector<json> Repository::uploads(const std::string& dataset) const {
  std::vector<json> records;
  for (const std::string& name : upload_names(dataset)) records.push_back(upload(dataset, name));
  return records;
}

void Repository::add_upload(const std::string& dataset, const std::string& upload,
                            const json& record) {
  write_json(fmt::format("uploads/{}/{}.json", dataset, upload), record);
}

std::vector<json> Repository::runs(const std::string& dataset) const {
  std::vector<json> manifests;
  for (const std::string& key : store_->list(fmt::format("runs/{}/", dataset))) {
    if (key.ends_with("/manifest.json")) manifests.push_back(read_json(key));
  }
  return manifests;
}

std::optional<json> Repository::current(const std::string& dataset) const {
  const std::string key = fmt::format("current/{}.json", dataset);
  const auto bytes = store_->read(key);
  if (!bytes) return std::nullopt;
  json pointer = json::parse(*bytes, nullptr, false);
  if (!pointer.is_object() || seal_of(*bytes) == Seal::broken) {
    throw Error(ErrorCode::bad_data,
                fmt::format("'{0}' is damaged, so nobody knows the current run; forecart fsck "
                            "--repository {1} --repair sets it aside, then forecart run "
                            "--repository {1} --dataset {2} publishes a new one",
                            key, location_.text(), dataset));
  }
  remove_seal(pointer);
  return pointer;
}

bool Repository::set_current(const std::string& dataset, const std::optional<json>& expected,
                             const json& pointer) {
  const std::string key = fmt::format("current/{}.json", dataset);
  if (!expected) return store_->put_if_absent(key, sealed_text(pointer));
  const auto now = store_->get(key);
  if (!now || parse(now->bytes, key) != *expected) return false;
  return store_->put_if_match(key, sealed_text(pointer), now->tag);
}

Error unknown_dataset(const std::string& dataset, const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 20;
  const std::string begin = fmt::format("there is no data set '{}'; ", dataset);
  if (names.empty()) {
    return {ErrorCode::unknown_name,
            begin + "there is none yet, make one with: forecart ingest FILES"};
  }
  const std::string nearest = nearest_name(dataset, names);
  const std::string ask = nearest.empty() ? "" : fmt::format("did you mean '{}'? ", nearest);
  const auto end = names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kShown));
  return {ErrorCode::unknown_name,
          fmt::format("{}{}there are: {}{}", begin, ask, fmt::join(names.begin(), end, ", "),
                      names.size() > kShown ? ", ..." : "")};
}

json to_json(const StoreSemantics& semantics) {
  return {{"put_if_absent", semantics.put_if_absent},
          {"put_if_match", semantics.put_if_match},
          {"finding", semantics.finding}};
}

json Repository::read_json(const std::string& key) const {
  const auto bytes = store_->read(key);
  if (!bytes) {
    throw Error(ErrorCode::not_found, fmt::format("'{}' is not in the repository", key));
  }
  return parse(*bytes, key);
}

void Repository::write_json(const std::string& key, const json& value) {
  store_->put(key, sealed_text(value));
}

std::string make_stamp(std::string_view content_hash) {
  const Instant now =
      std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  std::string text = format_instant(now, TimeZone());  // "2026-04-12 08:30:15"
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  text[text.find(' ')] = 'T';
  const auto fraction = now.time_since_epoch() % std::chrono::seconds(1);
  return fmt::format("{}.{:03}Z-{}", text, fraction.count() / 1000, content_hash.substr(0, 6));
}

}  // namespace forecart
