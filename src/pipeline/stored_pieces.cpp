#include "pipeline/stored_pieces.h"

#include "base/error.h"
#include "base/hash.h"
#include "models/net/kernel.h"
#include "pipeline/version.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = 8 << 20;  // of pieces in an object, but for the last one
constexpr std::size_t kLongestName = 64;     // of a plan

std::optional<std::size_t> whole_number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                  : std::nullopt;
}

/// A fit as this program makes it on this machine.
std::string own_name(const std::string& fit) {
  return sha256(fmt::format("{}\n{}\n{}", kVersion, net::best_kernel().name, fit));
}

/// The last but so many parts of a key.
std::string_view part_from_end(std::string_view key, int back) {
  for (; back > 0; --back) key = key.substr(0, key.rfind('/'));
  return key.substr(key.rfind('/') + 1);
}

/// Adds what an object holds, unless it is not what was written.
void add_pieces(const std::string& key, const std::optional<std::string>& bytes, Pieces& pieces) {
  if (!bytes || sha256(*bytes) + ".cbor" != part_from_end(key, 0)) return;
  const json map = json::from_cbor(*bytes, true, false);
  if (!map.is_object()) return;
  for (const auto& [name, piece] : map.items()) {
    if (!piece.is_binary()) continue;
    const auto& binary = piece.get_binary();
    pieces.emplace(name, std::string(binary.begin(), binary.end()));
  }
}

}  // namespace

Share Share::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto number = whole_number(text.substr(0, slash));
  const auto of =
      slash == std::string_view::npos ? std::nullopt : whole_number(text.substr(slash + 1));
  if (number && of && *number >= 1 && *number <= *of && *of <= kMostShares) return {*number, *of};
  throw Error(ErrorCode::invalid_value,
              fmt::format("'{}' is no shard; use e.g. 2/3, the second of three, of at most {}",
                          text.substr(0, 50), kMostShares));
}

std::string Share::text() const {
  return fmt::format("{}/{}", number, of);
}

std::string plan_folder(const std::string& dataset, const std::string& plan) {
  const auto is_plain = [](unsigned char c) { return c < 0x80 && std::isalnum(c) != 0; };
  const bool right = !plan.empty() && plan.size() <= kLongestName &&
                     is_plain(static_cast<unsigned char>(plan.front())) &&
                     std::ranges::all_of(plan, [&](unsigned char c) {
                       return is_plain(c) || c == '.' || c == '-' || c == '_';
                     });
  if (right) return fmt::format("plans/{}/{}/", dataset, plan);
  throw Error(
      ErrorCode::invalid_value,
      fmt::format("'{}' is no name of a plan: a letter or digit, then letters, digits, '.', "
                  "'-' and '_', {} at most",
                  plan.substr(0, 100), kLongestName));
}

StoredPieces::StoredPieces(ObjectStore& store, const std::string& folder) : store_(store) {
  list(folder);
}

StoredPieces::StoredPieces(ObjectStore& store, const std::string& folder, const Share& share,
                           std::string pooling)
    : store_(store),
      own_(fmt::format("{}{}-of-{}/", folder, share.number, share.of)),
      pooling_(std::move(pooling)) {
  list(own_);
}

bool StoredPieces::wants(const Model& model) const {
  if (own_.empty()) return true;
  return model.pools() ? model.name() == pooling_ : pooling_.empty();
}

void StoredPieces::list(const std::string& folder) {
  store_.list_objects({folder, ""}, [this](const ObjectInfo& object) {
    if (object.key.ends_with(".cbor")) {
      known_[std::string(part_from_end(object.key, 1))].push_back(object.key);
    }
    return true;
  });
}

Pieces StoredPieces::find(const std::string& fit) {
  Pieces pieces;
  const auto known = known_.find(own_name(fit));
  if (known == known_.end()) return pieces;
  for (const std::string& key : known->second) add_pieces(key, store_.read(key), pieces);
  return pieces;
}

void StoredPieces::keep(const std::string& fit, const Pieces& fitted) {
  if (own_.empty()) return;
  const std::string folder = own_ + own_name(fit) + "/";
  const std::map<std::string_view, std::string_view> in_order(fitted.begin(), fitted.end());
  json some = json::object();
  std::size_t bytes = 0;
  for (const auto& [name, piece] : in_order) {
    some[std::string(name)] = json::binary({piece.begin(), piece.end()});
    bytes += piece.size();
    if (bytes < kMostBytes) continue;
    write(folder, some);
    some.clear();
    bytes = 0;
  }
  if (!some.empty()) write(folder, some);
}

void StoredPieces::write(const std::string& folder, const json& pieces) const {
  const std::vector<std::uint8_t> cbor = json::to_cbor(pieces);
  const std::string bytes(cbor.begin(), cbor.end());
  store_.put(folder + sha256(bytes) + ".cbor", bytes);
}

void remove_plan(ObjectStore& store, const std::string& folder) {
  for (const std::string& key : store.list(folder)) store.remove(key);
}

}  // namespace forecart
