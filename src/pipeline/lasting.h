#pragma once

#include "base/error.h"
#include "store/store.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace forecart {

/// Objects named by their content are written once and then only named again. collect_garbage
/// removes those that nothing names once they are kKeptAnyway old by the store's clock, so who is
/// about to name one that is older than kNamedWithin writes it again, which makes it young.
/// Where something may come between the last look at an object and its removal
/// (ObjectStore::removal_gap), collect_garbage removes in turns (removal_turns.h): it takes the
/// lease kCollecting, waits the gap, until writes that were under way have ended, removes, and
/// gives the lease back. Who writes an old object again waits for the end of a turn, and looks
/// again where the write took long.

inline constexpr std::chrono::hours kKeptAnyway{24};
inline constexpr std::chrono::hours kNamedWithin{12};
inline constexpr const char* kCollecting = "work/gc.json";
/// Longer than a turn by far.
inline constexpr std::chrono::minutes kLongestTurn{10};

/// A conflict with collect_garbage, which was at work for too long: nobody's fault, and no failed
/// attempt of who wanted to write.
class CollectorBusy : public Error {
 public:
  explicit CollectorBusy(const std::string& message) : Error(ErrorCode::conflict, message) {}
};

/// Whether the object is there and stays there for as long as naming it may take.
bool is_lasting(const ObjectStore& store, std::string_view key);

/// Writes it, unless it is lasting. Throws CollectorBusy, as all below.
void put_lasting(ObjectStore& store, std::string_view key, std::string_view bytes);
/// The same of a local file.
void put_file_lasting(ObjectStore& store, std::string_view key, const std::filesystem::path& file);

/// Makes an object young again that was lasting when the work began. Throws Error not_found.
void keep_lasting(ObjectStore& store, const std::string& key);

/// For an object that may be there, old and named by nothing: calls `write`, which writes it, so
/// that collect_garbage does not remove what was written; again where it did.
void write_past_collector(const ObjectStore& store, std::string_view key,
                          const std::function<void()>& write);

/// Returns when collect_garbage is not about to remove anything, with the text of its last claim,
/// which changes when it begins again.
std::string await_collector(const ObjectStore& store,
                            std::chrono::milliseconds longest = kLongestTurn);

}  // namespace forecart
