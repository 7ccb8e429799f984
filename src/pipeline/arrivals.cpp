#include "pipeline/arrivals.h"

#include "base/hash.h"
#include "base/time.h"
#include "base/utc_text.h"
#include "pipeline/inbox.h"
#include "pipeline/known_datasets.h"
#include "pipeline/repository.h"
#include "pipeline/unread.h"
#include "pipeline/work_queue.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::string_view kRecord = ".json";

json upload_json(const json& record) {
  json files = json::array();
  for (const json& file : record.at("files")) {
    const json counts = file.value("counts", json::object());
    files.push_back({{"name", file.at("name")},
                     {"hash", file.at("hash")},
                     {"rows_accepted", counts.value("rows_accepted", json())},
                     {"rows_rejected", counts.value("rows_rejected", json())}});
  }
  return {{"upload", record.at("upload")}, {"files", std::move(files)}};
}

json waiting_json(const Repository& repository, const std::string& dataset) {
  json waiting = json::array();
  const auto unread = waiting_work(repository, dataset).unread;
  repository.store().list_objects(
      {fmt::format("inbox/{}/", dataset), ""}, [&](const ObjectInfo& object) {
        if (!is_inbox_file(object.key) || unread.contains(unread_name(object))) return true;
        waiting.push_back(
            {{"key", object.key}, {"bytes", object.size}, {"since", utc_text(object.modified)}});
        return true;
      });
  return waiting;
}

json dead_json(const Repository& repository, const std::string& dataset) {
  json dead = json::array();
  for (const std::string& key : dead_letters(repository, dataset)) {
    const json record = repository.read_json(key);
    dead.push_back({{"key", key.substr(0, key.size() - kRecord.size())},
                    {"code", record.value("code", "")},
                    {"message", record.value("message", "")},
                    {"at", record.value("at", "")}});
  }
  return dead;
}

/// Data sets that anything has arrived at, or one of them.
std::vector<std::string> datasets_of(const Repository& repository, const std::string& only) {
  if (only.empty()) return known_datasets(repository);
  require_known_dataset(repository, only);
  return {only};
}

/// Where a file goes that is too large for a conditional write: a name that nobody else gives.
std::string name_of_its_own(const std::string& inbox, const std::string& hash) {
  const std::size_t begin = inbox.rfind('/') + 1;
  return fmt::format("{}{}-{}", inbox.substr(0, begin), make_stamp(hash), inbox.substr(begin));
}

/// Whether the file is in the inbox again. What somebody has put there meanwhile stays.
bool bring_back(Repository& repository, const std::string& key, const json& record) {
  constexpr std::int64_t kAtOnce = std::int64_t{64} << 20;
  ObjectStore& store = repository.store();
  const std::string file = key.substr(0, key.size() - kRecord.size());
  const auto inbox = record.at("key").get<std::string>();
  const auto info = store.info(file);
  if (!inbox.starts_with("inbox/") || !info || store.exists(inbox)) return false;
  if (info->size <= kAtOnce) {
    const auto bytes = store.read(file);
    if (!bytes || !store.put_if_absent(inbox, *bytes)) return false;
  } else {
    const FetchedFile fetched(store, file);
    store.put_file(name_of_its_own(inbox, sha256(file)), fetched.path());
  }
  store.remove(key);
  store.remove(file);
  return true;
}

}  // namespace

std::vector<std::string> dead_letters(const Repository& repository, const std::string& dataset) {
  const auto keys = repository.store().list(fmt::format("dead/{}/", dataset));
  const std::set<std::string> all(keys.begin(), keys.end());
  std::vector<std::string> records;
  for (const std::string& key : keys) {
    if (!key.ends_with(kRecord)) continue;
    const bool of_request = std::count(key.begin(), key.end(), '/') == 2;
    if (of_request || all.contains(key.substr(0, key.size() - kRecord.size()))) {
      records.push_back(key);
    }
  }
  return records;
}

json unsettled_arrivals(const Repository& repository, const std::string& dataset) {
  return {{"waiting", waiting_json(repository, dataset)},
          {"asked", waiting_work(repository, dataset).asked.size()},
          {"dead", dead_json(repository, dataset)}};
}

json list_arrivals(const StoreLocation& location, const std::string& only) {
  const Repository repository = Repository::open(location);
  json all = json::array();
  for (const std::string& dataset : datasets_of(repository, only)) {
    json uploads = json::array();
    for (const json& record : repository.uploads(dataset)) uploads.push_back(upload_json(record));
    json one = unsettled_arrivals(repository, dataset);
    one["dataset"] = dataset;
    one["uploads"] = std::move(uploads);
    all.push_back(std::move(one));
  }
  return all;
}

std::vector<std::string> retry_dead_letters(const StoreLocation& location,
                                            const std::string& only) {
  Repository repository = Repository::open(location);
  std::vector<std::string> back;
  for (const std::string& dataset : datasets_of(repository, only)) {
    bool any = false;
    for (const std::string& key : dead_letters(repository, dataset)) {
      const json record = repository.read_json(key);
      const std::string name = key.substr(key.rfind('/') + 1);
      if (name.starts_with(kUnread)) {
        try_unread_again(repository, dataset, name);
      } else if (record.contains("key")) {
        if (!bring_back(repository, key, record)) continue;
      } else {
        const bool anew = record.value("anew", json()) == true;
        ask_for_run(repository, dataset, record.value("why", "request"),
                    anew ? RunMode::anew : RunMode::warm);
        repository.store().remove(key);
      }
      any = true;
      back.push_back(key.substr(0, key.size() - kRecord.size()));
    }
    if (any) forget_failure(repository, dataset);
  }
  return back;
}

}  // namespace forecart
