#include "server/transfers.h"

#include "base/durable_file.h"
#include "base/error.h"

#include "access/secret.h"
#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <vector>

namespace forecart {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kBlock = std::size_t{1} << 20;

Error unknown_transfer() {
  return {
      ErrorCode::not_found,
      "there is no such transfer; it is done, was not touched for a day, or is another's: begin "
      "anew with POST .../transfers"};
}

bool is_id(const std::string& id) {
  return id.size() == 2 * kIdBytes && id.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// Records are small and written whole; one that cannot be read is none.
json read_record(const fs::path& file) {
  std::ifstream in(file);
  return json::parse(in, nullptr, false);
}

void append(const fs::path& from, const fs::path& to) {
  const Descriptor out(to, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
  std::ifstream in(from, std::ios::binary);
  std::vector<char> block(kBlock);
  while (in) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    out.write_all({block.data(), static_cast<std::size_t>(in.gcount())});
  }
}

}  // namespace

/// One piece at a time for each transfer.
class Transfers::Turn {
 public:
  Turn(Transfers& transfers, const std::string& id) : transfers_(transfers), id_(id) {
    const std::lock_guard lock(transfers_.mutex_);
    if (!transfers_.busy_.insert(id).second) {
      throw Error(ErrorCode::conflict,
                  "another piece of this transfer is being added; wait, and ask for its offset");
    }
  }
  ~Turn() {
    const std::lock_guard lock(transfers_.mutex_);
    transfers_.busy_.erase(id_);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Transfers& transfers_;
  std::string id_;
};

Transfer Transfers::begin(const std::string& dataset, const std::string& name,
                          const std::string& owner, std::int64_t bytes) {
  make_folder(folder_);
  const std::lock_guard lock(mutex_);
  sweep();
  require_room(owner, bytes);
  const std::string id = random_hex(kIdBytes);
  Transfer transfer{id, dataset, name, owner, bytes, 0, file_of(id)};
  const Descriptor file(transfer.file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC);
  fs::permissions(transfer.file, fs::perms::owner_read | fs::perms::owner_write);
  const json record{{"dataset", dataset}, {"name", name}, {"owner", owner}, {"bytes", bytes}};
  Descriptor(record_of(id), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC).write_all(record.dump());
  return transfer;
}

Transfer Transfers::find(const std::string& id, const std::string& dataset,
                         const std::string& owner) const {
  if (!is_id(id) || !fs::exists(record_of(id))) throw unknown_transfer();
  const json record = read_record(record_of(id));
  const bool is_its = record.is_object() && record.value("dataset", "") == dataset &&
                      record.value("owner", "") == owner;
  if (!is_its) throw unknown_transfer();
  std::error_code missing;
  const auto size = fs::file_size(file_of(id), missing);
  if (missing) throw unknown_transfer();
  return {id,
          dataset,
          record.value("name", ""),
          owner,
          record.value("bytes", std::int64_t{0}),
          static_cast<std::int64_t>(size),
          file_of(id)};
}

Transfer Transfers::add(const Transfer& transfer, std::int64_t offset, const fs::path& piece,
                        std::int64_t bytes) {
  const Turn turn(*this, transfer.id);
  Transfer now = find(transfer.id, transfer.dataset, transfer.owner);
  if (offset != now.offset) {
    throw Error(ErrorCode::conflict,
                fmt::format("the piece begins at byte {} but {} are here; go on from there", offset,
                            now.offset));
  }
  if (bytes > now.bytes - now.offset) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("the piece ends beyond the {} bytes that were announced; send what is "
                            "left of them",
                            now.bytes));
  }
  append(piece, now.file);
  now.offset += bytes;
  return now;
}

void Transfers::remove(const std::string& id) {
  std::error_code ignored;
  fs::remove(record_of(id), ignored);
  fs::remove(file_of(id), ignored);
}

/// Removes those that nothing came to for long.
void Transfers::sweep() const {
  const auto oldest = fs::file_time_type::clock::now() - kTransferValid;
  std::vector<fs::path> old;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
    if (entry.path().extension() != ".part") continue;
    std::error_code gone;
    const auto written = fs::last_write_time(entry.path(), gone);
    if (!gone && written < oldest) old.push_back(entry.path());
  }
  for (fs::path file : old) {
    std::error_code ignored;
    fs::remove(file, ignored);
    fs::remove(file.replace_extension(".json"), ignored);
  }
}

void Transfers::require_room(const std::string& owner, std::int64_t bytes) const {
  std::size_t all = 0;
  std::size_t of_owner = 0;
  std::int64_t to_come = bytes;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
    if (entry.path().extension() != ".json") continue;
    const json record = read_record(entry.path());
    if (!record.is_object()) continue;
    ++all;
    if (record.value("owner", "") == owner) ++of_owner;
    std::error_code gone;
    const auto here = fs::file_size(fs::path(entry.path()).replace_extension(".part"), gone);
    if (!gone) to_come += record.value("bytes", std::int64_t{0}) - static_cast<std::int64_t>(here);
  }
  if (all >= kMostTransfers || of_owner >= kMostTransfersOfOwner) {
    throw Error(ErrorCode::unavailable,
                fmt::format("{} transfers are under way already, {} of yours; end some, or try "
                            "again later",
                            all, of_owner));
  }
  const std::uintmax_t free = fs::space(folder_).available;
  if (to_come >= 0 && static_cast<std::uintmax_t>(to_come) > free) {
    throw Error(ErrorCode::no_space,
                fmt::format("{} bytes are to come and the disk has room for {}; send less, or free "
                            "some",
                            to_come, free));
  }
}

}  // namespace forecart
