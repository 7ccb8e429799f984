#include "pipeline/fsck_repair.h"

#include "base/error.h"
#include "pipeline/fsck_remedies.h"
#include "pipeline/lease.h"
#include "pipeline/references.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

namespace forecart {

namespace {

using nlohmann::json;

/// The data set that an object belongs to; "" where to none.
std::string dataset_of(const std::string& key) {
  const auto parts = key_parts(key);
  const std::string& room = parts.front();
  if (room == "models") return "";
  if (room == "current") return parts[1].substr(0, parts[1].rfind('.'));
  return parts[1];
}

std::string without_ending(const std::string& key) {
  return key.substr(0, key.rfind('.'));
}

class Repair {
 public:
  Repair(Repository& repository, const FsckReport& found)
      : repository_(repository), store_(repository.store()), found_(found) {
    report_.place = fmt::format("lost/{}/", make_stamp("repair"));
  }

  FsckRepair operator()() {
    for (const Damage& damage : found_.damages) broken_.insert(damage.key);
    for (const std::string& key : broken_) {
      const bool done = can_be_set_aside(key) && is_ours(dataset_of(key)) && set_aside(key);
      if (!done) report_.left.push_back(key);
    }
    report_.set_aside.assign(moved_.begin(), moved_.end());
    return std::move(report_);
  }

 private:
  /// Takes the data set's lease for as long as this lives.
  bool is_ours(const std::string& dataset) {
    if (!is_dataset_name(dataset)) return true;
    const auto known = leases_.find(dataset);
    if (known != leases_.end()) return known->second != nullptr;
    auto lease = Lease::take(store_, fmt::format("work/{}/lease.json", dataset));
    return leases_.emplace(dataset, std::move(lease)).first->second != nullptr;
  }

  bool set_aside(const std::string& key) {
    const auto parts = key_parts(key);
    const std::string& room = parts.front();
    if (room == "runs") return set_run_aside(parts);
    if (room == "models") return set_state_aside(key);
    if (key.ends_with("/lease.json")) return true;  // it was written anew by taking it
    if ((room == "sales" || room == "rejects") && parts.size() == 3) {
      move("sales/" + parts[1] + "/" + without_ending(parts[2]) + ".json");
      for (const std::string& merge : store_.list(fmt::format("sales/{}/merged/", parts[1]))) {
        move(merge);
      }
    } else if (room == "sales") {
      move(without_ending(key) + ".json");
      move(without_ending(key) + ".parquet");
    } else if (room == "dead") {
      move(key + ".json");
      if (key.ends_with(".json")) move(without_ending(key));
      move(key);
    } else {
      move(key);
    }
    return true;
  }

  /// With the runs that name it; those that are needed fit it again. True where anything was moved.
  bool set_state_aside(const std::string& key) {
    bool moved = move(key);
    for (const std::string& manifest : store_.list("runs/")) {
      if (!manifest.ends_with("/manifest.json") || !names(manifest, key)) continue;
      const auto parts = key_parts(manifest);
      if (is_ours(parts[1])) moved = set_run_aside(parts) || moved;
    }
    return moved;
  }

  bool names(const std::string& manifest, const std::string& key) const {
    try {
      const auto all = references_of_run(repository_.read_json(manifest));
      return std::ranges::count(all, key, &Reference::key) > 0;
    } catch (const json::exception&) {  // it is damaged itself
    } catch (const Error& error) {
      if (error.code() != ErrorCode::bad_data && error.code() != ErrorCode::not_found) throw;
    }
    return false;
  }

  /// Its manifest first: without it the rest is garbage, not damage.
  bool set_run_aside(const std::vector<std::string>& parts) {
    if (parts.size() < 4 || needed_runs(parts[1]).contains(parts[2])) return false;
    move(Repository::run_key(parts[1], parts[2], "manifest.json"));
    for (const std::string& key : store_.list(Repository::run_key(parts[1], parts[2], ""))) {
      move(key);
    }
    return true;
  }

  /// The current run and what explains it; all where nobody can say which that is.
  std::set<std::string> needed_runs(const std::string& dataset) const {
    std::set<std::string> all;
    for (const std::string& key : store_.list(fmt::format("runs/{}/", dataset))) {
      all.insert(key_parts(key)[2]);
    }
    if (broken_.contains(fmt::format("current/{}.json", dataset))) return all;
    try {
      const auto current = repository_.current(dataset);
      if (!current) return {};
      std::set<std::string> needed{current->at("run").get<std::string>()};
      const json manifest = repository_.read_json(current->at("manifest").get<std::string>());
      for (const char* name : {"proven_by", "warm_start_from"}) {
        if (manifest.contains(name) && manifest.at(name).is_string()) {
          needed.insert(manifest.at(name).get<std::string>());
        }
      }
      return needed;
    } catch (const std::exception&) {
      return all;
    }
  }

  /// Whether it was there and is gone.
  bool move(const std::string& key) {
    const auto info = store_.info(key);
    if (!info) return false;
    try {
      store_.put_file(report_.place + key, FetchedFile(store_, key).path());
    } catch (const Error& error) {  // where not even its bytes can be read, nothing is to be kept
      if (error.code() != ErrorCode::bad_data && error.code() != ErrorCode::unreadable) throw;
    }
    if (!store_.remove_unchanged(*info)) return false;
    moved_.insert(key);
    return true;
  }

  Repository& repository_;
  ObjectStore& store_;
  const FsckReport& found_;
  FsckRepair report_;
  std::set<std::string> broken_;
  std::set<std::string> moved_;
  std::map<std::string, std::unique_ptr<Lease>> leases_;
};

}  // namespace

FsckRepair repair_repository(const StoreLocation& location, const FsckReport& found) {
  Repository repository = Repository::open(location);
  return Repair(repository, found)();
}

json to_json(const FsckRepair& repair) {
  return {{"place", repair.place}, {"set_aside", repair.set_aside}, {"left", repair.left}};
}

}  // namespace forecart
