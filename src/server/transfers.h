#pragma once

#include "base/time.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace forecart {

/// What was handed over.
struct Delivered {
  std::string sha256;
  bool known = false;  ///< that content was there before
};

/// A file that comes in pieces.
struct Transfer {
  std::string id;
  std::string dataset;
  std::string name;
  std::string owner;           ///< who began it
  std::int64_t bytes = 0;      ///< of all of it
  std::int64_t offset = 0;     ///< so many are here
  std::filesystem::path file;  ///< that they are in
  bool done = false;           ///< it was handed over, and the file is gone
  std::string sha256{};        ///< of what is done
  bool known = false;          ///< what is done was there before

  bool whole() const { return offset == bytes; }
};

/// Files that come in pieces, kept in a folder of this host until they are whole, so that a cut
/// connection costs a piece and no more; they outlive the process. That one was handed over is
/// known for a while, for who did not hear of it. Safe for several threads.
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
  /// Hands over a file that is whole, or throws Error.
  using Deliver = std::function<Delivered(const Transfer&)>;

  /// Adds a file's bytes, synced to disk, and hands over what is whole by that. Throws Error
  /// conflict where it does not begin at the offset, or another piece is being added; invalid_value
  /// where it would become larger than it was said to be; unavailable as `settle`.
  Transfer add(const Transfer& transfer, std::int64_t offset, const std::filesystem::path& piece,
               std::int64_t bytes, const Deliver& deliver);
  /// Hands over what is whole and could not be handed over before, so that nobody takes it for
  /// done. Throws Error unavailable where that cannot be done now either; conflict where another is
  /// at it; bad_data where it is refused for good, and then it is gone.
  Transfer settle(const Transfer& transfer, const Deliver& deliver);
  /// Those that `settle` would hand over.
  std::vector<Transfer> undelivered() const;
  void remove(const std::string& id);
  /// Removes those that nothing came to for kTransferValid; never one that is whole before it was
  /// handed over.
  void sweep();

 private:
  class Turn;
  std::filesystem::path record_of(const std::string& id) const { return folder_ / (id + ".json"); }
  std::filesystem::path file_of(const std::string& id) const { return folder_ / (id + ".part"); }
  std::optional<Transfer> read(const std::string& id) const;
  std::vector<std::string> ids() const;
  void write(const Transfer& transfer) const;
  void hand_over(Transfer& transfer, const Deliver& deliver);
  void sweep_locked();
  bool is_over(const std::string& id) const;
  void require_room(const std::string& owner, std::int64_t bytes) const;

  std::filesystem::path folder_;
  std::mutex mutex_;
  std::set<std::string> busy_;
};

inline constexpr std::size_t kMostTransfers = 1000;
inline constexpr std::size_t kMostTransfersOfOwner = 100;
inline constexpr std::chrono::hours kTransferValid{24};

}  // namespace forecart
