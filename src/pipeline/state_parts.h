#pragma once

#include "models/model.h"
#include "store/store.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// A fitted state in the store: its trunk, and the parts that the trunk names.
struct StoredState {
  std::string key;
  std::vector<std::string> parts = {};  ///< keys, in the order of the state

  /// Of all of it.
  std::vector<std::string> keys() const;
};

/// Stores a state as CBOR under the hashes of its content. What is long is cut into parts, so that
/// a run writes only those in which something has changed since an earlier one: lists and maps of
/// what is kept for each series every kSeriesInPart of them, lists of numbers (weights, histories)
/// as a whole. Each part, and the trunk, is an object of its own below models/.
StoredState write_state(ObjectStore& store, nlohmann::json state);
/// The same of a fitted model, with only a few of the parts in memory at a time.
StoredState write_state(ObjectStore& store, const Fitted& fitted);

class PartsWriter;

/// Writes the states of several models: a few small ones that come one after the other go out at
/// once.
class StateWriter {
 public:
  explicit StateWriter(ObjectStore& store);
  ~StateWriter();
  StateWriter(const StateWriter&) = delete;
  StateWriter& operator=(const StateWriter&) = delete;

  /// The state's trunk may be written as late as by `finish`; what is not written then is dropped.
  StoredState write(const Fitted& fitted);
  void finish();

 private:
  std::unique_ptr<PartsWriter> parts_;
};

inline constexpr std::size_t kSeriesInPart = 1024;
inline constexpr std::size_t kNumbersInTrunk = 8192;  ///< shorter lists of numbers stay there

/// The state whose trunk lies at `key`, whole again. Throws Error not_found where an object is
/// gone, bad_data where one is damaged.
nlohmann::json read_state_at(const ObjectStore& store, std::string_view key);
/// What `model` loads from it, with only a few of its parts in memory at a time; throws Error also
/// as Model::load does.
std::unique_ptr<Fitted> read_fitted(const ObjectStore& store, std::string_view key,
                                    const Model& model);

/// For who looks for something in a state: an object of it, its trunk or a part. Throws as above.
nlohmann::json read_part_at(const ObjectStore& store, std::string_view key);
/// A value of a trunk with what its parts hold. Throws as above, and nlohmann's exception where it
/// is damaged.
nlohmann::json with_parts(const ObjectStore& store, const nlohmann::json& value);
/// The keys of the parts of a list or map that a value of the trunk stands for, kSeriesInPart
/// elements each but the last; nullptr where the value stands for itself.
const nlohmann::json* keys_of_parts(const nlohmann::json& value);

/// Has the objects of a state that was written a while ago last until it is named (lasting.h).
/// Throws Error not_found where one is gone.
void keep_state(ObjectStore& store, const StoredState& stored);

/// What a manifest tells of a state, and back.
void tell_state(const StoredState& stored, nlohmann::json& model);
StoredState told_state(const nlohmann::json& model);

}  // namespace forecart
