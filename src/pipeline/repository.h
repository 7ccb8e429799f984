#pragma once

#include "base/dataset_name.h"
#include "base/error.h"
#include "store/counting_store.h"
#include "store/location.h"
#include "store/semantics.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// Puts something between a repository and its store.
using StoreWrapper = std::function<std::unique_ptr<ObjectStore>(std::unique_ptr<ObjectStore>)>;

/// The layout of a repository over an object store (docs/formats/repository.md): which key holds
/// what. Every method is one step; the order of the steps is the use cases'.
class Repository {
 public:
  /// Opens a repository, or makes one where the store is empty; then it is tried what the store's
  /// conditional writes are worth (probe_semantics), which is kept. Throws Error newer_version for
  /// one of a later format, bad_data for a store that holds something else.
  static Repository open_or_create(const StoreLocation& location);

  /// The same, and tries the store again where the repository is there: it may have moved to
  /// another or learnt something.
  static Repository init(const StoreLocation& location);

  /// Throws Error not_found where there is none.
  static Repository open(const StoreLocation& location);

  static bool is_at(const StoreLocation& location);

  /// For tests: every store that is opened from now on goes through this; nothing ends it. Not
  /// while others open repositories.
  static void wrap_stores(StoreWrapper wrapper);

  /// Who tells people what they must know of a repository when it is opened: that its store has no
  /// conditional writes. Each thing is told once. Not while others open repositories.
  static void tell_notices(std::function<void(const std::string&)> tell);

  /// Where it has no conditional writes, those of this are as good as single_writer_store says.
  ObjectStore& store() const { return *store_; }
  /// What passed through the store since this was opened.
  Traffic traffic() const { return counted_->traffic(); }

  /// What was found when the repository was made; all is well where it is of before that was tried.
  const StoreSemantics& semantics() const { return semantics_; }
  /// What the store is worth today.
  StoreSemantics semantics_today() const;

  std::vector<std::string> datasets() const;
  bool has_dataset(const std::string& dataset) const;
  /// Throws Error unknown_name, with the names there are, for a data set that there is not.
  void require_dataset(const std::string& dataset) const;

  static std::string config_key(const std::string& dataset);
  static std::string raw_key(const std::string& hash);
  static std::string sales_key(const std::string& dataset, const std::string& hash);
  static std::string rejects_key(const std::string& dataset, const std::string& hash);
  static std::string run_key(const std::string& dataset, const std::string& run,
                             std::string_view name);
  static std::string model_key(const std::string& hash);

  /// Names of all uploads of a data set, oldest first.
  std::vector<std::string> upload_names(const std::string& dataset) const;
  nlohmann::json upload(const std::string& dataset, const std::string& name) const;
  /// Records of all uploads of a data set, oldest first.
  std::vector<nlohmann::json> uploads(const std::string& dataset) const;
  void add_upload(const std::string& dataset, const std::string& upload,
                  const nlohmann::json& record);

  /// Manifests of all runs of a data set, oldest first.
  std::vector<nlohmann::json> runs(const std::string& dataset) const;

  /// The last good run, if any. Throws Error bad_data where the pointer is damaged, with the
  /// remedy.
  std::optional<nlohmann::json> current(const std::string& dataset) const;

  /// Points to another run by compare-and-swap; false if somebody else moved the pointer since
  /// `expected` (as `current` gave it) was read.
  bool set_current(const std::string& dataset, const std::optional<nlohmann::json>& expected,
                   const nlohmann::json& pointer);

  /// JSON objects are stored with a seal (sealed_json.h) and read without it, whether or not it
  /// holds.
  nlohmann::json read_json(const std::string& key) const;
  void write_json(const std::string& key, const nlohmann::json& value);

 private:
  explicit Repository(const StoreLocation& location);
  void create();
  void load();
  void keep_semantics(const StoreSemantics& found);

  StoreLocation location_;
  std::shared_ptr<CountingStore> counted_;
  std::shared_ptr<ObjectStore> store_;  ///< what it counts, or more
  StoreSemantics semantics_;
};

/// unknown_name: which data sets there are instead, the nearest first.
Error unknown_dataset(const std::string& dataset, const std::vector<std::string>& names);

/// As forecart.json tells it.
nlohmann::json to_json(const StoreSemantics& semantics);

/// "20260412T083015.123Z-ab12cd": sorts by time, unique by the hash.
std::string make_stamp(std::string_view content_hash);

}  // namespace forecart
