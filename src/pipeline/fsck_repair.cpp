#include "pipeline/fsck_repair.h"

#include "base/error.h"
#include "pipeline/fsck_lost.h"
#include "pipeline/fsck_merges.h"
#include "pipeline/fsck_remedies.h"
#include "pipeline/lease.h"
#include "pipeline/references.h"
#include "pipeline/sales.h"
#include "pipeline/work_queue.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
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
      : repository_(repository), store_(repository.store()), lost_(store_, found) {
    for (const Damage& damage : found.damages) broken_.insert(damage.key);
  }

  FsckRepair operator()() {
    FsckRepair report;
    for (const std::string& key : broken_) {
      const bool done = can_be_set_aside(key) && is_ours(dataset_of(key)) && set_aside(key);
      if (!done) report.left.push_back(key);
    }
    report.place = lost_.place();
    report.set_aside = lost_.kept();
    report.removed = lost_.removed();
    return report;
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

  /// False where anything has to stay.
  bool set_aside(const std::string& key) {
    const auto parts = key_parts(key);
    const std::string& room = parts.front();
    if (room == "runs") return set_run_aside(parts);
    if (room == "models") return set_state_aside(key);
    if (key.ends_with("/lease.json")) return true;  // it was written anew by taking it
    if (room == "work" && parts.back().starts_with("ask-")) return set_request_aside(key, parts[1]);
    if (parts.size() == 3 && (room == "sales" || room == "rejects")) {
      return set_sales_aside(parts[1], without_ending(parts[2]));
    }
    if (room == "sales") return set_merge_aside(parts[1], without_ending(key) + ".json");
    if (room == "dead" && !lost_.move(key + ".json")) return false;
    if (room == "dead" && key.ends_with(".json") && !lost_.move(without_ending(key))) return false;
    return lost_.move(key);
  }

  /// Somebody asked for something, whatever it was: another request takes its place.
  bool set_request_aside(const std::string& key, const std::string& dataset) {
    if (!store_.exists(key)) return true;
    if (is_dataset_name(dataset)) ask_for_run(repository_, dataset, "request");
    return lost_.move(key);
  }

  /// Its record, so that the file is cleaned again, and the merges that it is in.
  bool set_sales_aside(const std::string& dataset, const std::string& hash) {
    if (!sales_.has_raw(hash)) return false;
    std::vector<std::string> covering;
    for (const MergeRecord& merge : sales_.merges(dataset)) {
      if (std::ranges::count(merge.hashes, hash) == 0) continue;
      if (!sales_.can_do_without(dataset, merge)) return false;
      covering.push_back(merge.key);
    }
    if (!lost_.move(sales_record_key(dataset, hash))) return false;
    return std::ranges::all_of(covering, [this](const auto& key) { return move_merge(key); });
  }

  bool set_merge_aside(const std::string& dataset, const std::string& record) {
    for (const MergeRecord& merge : sales_.merges(dataset)) {
      if (merge.key == record && !sales_.can_do_without(dataset, merge)) return false;
    }
    return move_merge(record);
  }

  bool move_merge(const std::string& record) {
    return lost_.move(record) && lost_.move(without_ending(record) + ".parquet");
  }

  /// Whether or not its seal holds.
  std::optional<json> readable(const std::string& key) const {
    try {
      return repository_.read_json(key);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::bad_data && error.code() != ErrorCode::not_found) throw;
    }
    return std::nullopt;
  }

  /// With the runs that name it. Where one of them has to stay the state goes all the same, as one
  /// that is fitted anew with the same content is not written over it; but it is damage still.
  bool set_state_aside(const std::string& key) {
    const std::vector<std::string>& manifests = manifests_naming(key);
    const bool all_ours = std::ranges::all_of(
        manifests, [this](const auto& manifest) { return is_ours(key_parts(manifest)[1]); });
    if (!all_ours) return false;
    bool done = lost_.move(key);
    for (const std::string& manifest : manifests) done = set_run_aside(key_parts(manifest)) && done;
    return done;
  }

  const std::vector<std::string>& manifests_naming(const std::string& state) {
    if (!naming_) {
      naming_.emplace();
      for (const std::string& key : store_.list("runs/")) {
        if (key.ends_with("/manifest.json")) learn_states_of(key);
      }
    }
    return (*naming_)[state];
  }

  /// Of damaged states only, once each.
  void learn_states_of(const std::string& manifest) {
    const auto record = readable(manifest);
    if (!record) return;
    try {
      std::set<std::string> states;
      for (const Reference& named : references_of_run(*record)) states.insert(named.key);
      for (const std::string& key : states) {
        if (broken_.contains(key)) (*naming_)[key].push_back(manifest);
      }
    } catch (const json::exception&) {  // it does not say what it should
    }
  }

  bool set_run_aside(const std::vector<std::string>& parts) {
    if (parts.size() < 4) return false;
    const auto [known, is_new] = runs_.try_emplace(Repository::run_key(parts[1], parts[2], ""));
    if (is_new) known->second = move_run(parts[1], parts[2]);
    return known->second;
  }

  /// Its manifest first: without it the rest is garbage, not damage.
  bool move_run(const std::string& dataset, const std::string& run) {
    if (needed_runs(dataset).contains(run)) return false;
    if (!lost_.move(Repository::run_key(dataset, run, "manifest.json"))) return false;
    bool done = true;
    for (const std::string& key : store_.list(Repository::run_key(dataset, run, ""))) {
      done = lost_.move(key) && done;
    }
    return done;
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

  Repository& repository_;
  ObjectStore& store_;
  LostObjects lost_;
  std::set<std::string> broken_;
  RemakableSales sales_{repository_, broken_};
  std::map<std::string, std::unique_ptr<Lease>> leases_;
  std::optional<std::map<std::string, std::vector<std::string>>> naming_;  ///< manifests, by state
  std::map<std::string, bool> runs_;  ///< by the prefix of their keys: whether they are gone
};

}  // namespace

FsckRepair repair_repository(const StoreLocation& location, const FsckReport& found) {
  Repository repository = Repository::open(location);
  return Repair(repository, found)();
}

json to_json(const FsckRepair& repair) {
  return {{"place", repair.place},
          {"set_aside", repair.set_aside},
          {"removed", repair.removed},
          {"left", repair.left}};
}

}  // namespace forecart
