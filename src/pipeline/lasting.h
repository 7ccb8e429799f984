#pragma once

#include "store/store.h"

#include <chrono>
#include <string>
#include <string_view>

namespace forecart {

/// Objects named by their content are written once and then only named again. collect_garbage
/// removes those that nothing names once they are kKeptAnyway old by the store's clock, so who is
/// about to name one that is older than kNamedWithin writes it again, which makes it young.
/// Where something may come between the last look at an object and its removal
/// (ObjectStore::removal_gap), collect_garbage holds the lease kCollecting while it removes, and
/// before that waits until writes that were under way have ended; who writes an old object again
/// waits until that lease is over.

inline constexpr std::chrono::hours kKeptAnyway{24};
inline constexpr std::chrono::hours kNamedWithin{12};
inline constexpr const char* kCollecting = "work/gc.json";

/// Whether the object is there and stays there for as long as naming it may take.
bool is_lasting(const ObjectStore& store, std::string_view key);

/// Writes it, unless it is lasting.
void put_lasting(ObjectStore& store, std::string_view key, std::string_view bytes);

/// Makes an object young again that was lasting when the work began. Throws Error not_found.
void keep_lasting(ObjectStore& store, const std::string& key);

/// To be called before writing an object that may be there and is not lasting: returns when
/// collect_garbage is not about to remove it.
void await_collector(const ObjectStore& store);

}  // namespace forecart
