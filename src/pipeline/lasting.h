#pragma once

#include "store/store.h"

#include <chrono>
#include <string>
#include <string_view>

namespace forecart {

/// Objects named by their content are written once and then only named again. collect_garbage
/// removes those that nothing names once they are kKeptAnyway old by the store's clock, so who is
/// about to name one that is older than kNamedWithin writes it again, which makes it young.

inline constexpr std::chrono::hours kKeptAnyway{24};
inline constexpr std::chrono::hours kNamedWithin{12};

/// Whether the object is there and stays there for as long as naming it may take.
bool is_lasting(const ObjectStore& store, std::string_view key);

/// Writes it, unless it is lasting.
void put_lasting(ObjectStore& store, std::string_view key, std::string_view bytes);

/// Makes an object young again that was lasting when the work began. Throws Error not_found.
void keep_lasting(ObjectStore& store, const std::string& key);

}  // namespace forecart
