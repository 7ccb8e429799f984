#pragma once

#include "base/time.h"

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>

namespace forecart {

/// A file that comes in pieces.
struct Transfer {
  std::string id;
  std::string dataset;
  std::string name;
  std::string owner;           ///< who began it
  std::int64_t bytes = 0;      ///< of all of it
  std::int64_t offset = 0;     ///< so many are here
  std::filesystem::path file;  ///< that they are in
};

/// Files that come in pieces, kept in a folder of this host until they are whole, so that a cut
/// connection costs a piece and no more; they outlive the process. Safe for several threads.
class Transfers {
 public:
  /// Looks at what is there at the first use.
  explicit Transfers(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Throws Error unavailable where kMostTransfers are under way, or kMostTransfersOfOwner of who
  /// begins; those that nothing came to for kTransferValid go first. Throws no_space where the disk
  /// would be filled.
  Transfer begin(const std::string& dataset, const std::string& name, const std::string& owner,
                 std::int64_t bytes);
  /// Throws Error not_found for one that there is not, or that is another's.
  Transfer find(const std::string& id, const std::string& dataset, const std::string& owner) const;
  /// Adds a file's bytes. Throws Error conflict where it does not begin at the offset, or another
  /// piece is being added; invalid_value where it would become larger than it was said to be.
  Transfer add(const Transfer& transfer, std::int64_t offset, const std::filesystem::path& piece,
               std::int64_t bytes);
  void remove(const std::string& id);

 private:
  class Turn;
  std::filesystem::path record_of(const std::string& id) const { return folder_ / (id + ".json"); }
  std::filesystem::path file_of(const std::string& id) const { return folder_ / (id + ".part"); }
  void sweep() const;
  void require_room(const std::string& owner, std::int64_t bytes) const;

  std::filesystem::path folder_;
  std::mutex mutex_;
  std::set<std::string> busy_;
};

inline constexpr std::size_t kMostTransfers = 1000;
inline constexpr std::size_t kMostTransfersOfOwner = 100;
inline constexpr std::chrono::hours kTransferValid{24};

}  // namespace forecart
