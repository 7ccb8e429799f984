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

/// Throws Error where not all bytes are there to read, or not all could be written.
void append(const fs::path& from, const fs::path& to, std::int64_t bytes) {
  const Descriptor out(to, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
  std::ifstream in(from, std::ios::binary);
  std::vector<char> block(kBlock);
  while (in && bytes > 0) {
    in.read(block.data(), std::min<std::streamsize>(std::ssize(block), bytes));
    out.write_all({block.data(), static_cast<std::size_t>(in.gcount())});
    bytes -= in.gcount();
  }
  out.sync();
  if (bytes > 0) {
    throw Error(ErrorCode::unreadable,
                "a piece could not be read as it came; ask for the offset and go on from there");
  }
}

/// Of a file; the beginning of time where there is none.
fs::file_time_type written(const fs::path& file) {
  std::error_code gone;
  const auto time = fs::last_write_time(file, gone);
  return gone ? fs::file_time_type::min() : time;
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
  sweep_locked();
  require_room(owner, bytes);
  const std::string id = random_hex(kIdBytes);
  Transfer transfer{id, dataset, name, owner, bytes, 0, file_of(id)};
  const Descriptor file(transfer.file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC);
  fs::permissions(transfer.file, fs::perms::owner_read | fs::perms::owner_write);
  write(transfer);
  return transfer;
}

void Transfers::write(const Transfer& transfer) const {
  const json record{{"dataset", transfer.dataset}, {"name", transfer.name},
                    {"owner", transfer.owner},     {"bytes", transfer.bytes},
                    {"done", transfer.done},       {"sha256", transfer.sha256},
                    {"known", transfer.known}};
  replace_file(record_of(transfer.id), folder_ / (transfer.id + ".new"),
               [&](const Descriptor& file) { file.write_all(record.dump()); });
}

std::optional<Transfer> Transfers::read(const std::string& id) const {
  if (!is_id(id)) return std::nullopt;
  const json record = read_record(record_of(id));
  if (!record.is_object()) return std::nullopt;
  Transfer transfer{id,
                    record.value("dataset", ""),
                    record.value("name", ""),
                    record.value("owner", ""),
                    record.value("bytes", std::int64_t{0}),
                    0,
                    file_of(id),
                    record.value("done", false),
                    record.value("sha256", ""),
                    record.value("known", false)};
  std::error_code missing;
  const auto size = fs::file_size(transfer.file, missing);
  if (missing && !transfer.done) return std::nullopt;
  transfer.offset = transfer.done ? transfer.bytes : static_cast<std::int64_t>(size);
  return transfer;
}

Transfer Transfers::find(const std::string& id, const std::string& dataset,
                         const std::string& owner) const {
  auto transfer = read(id);
  if (!transfer || transfer->dataset != dataset || transfer->owner != owner) {
    throw unknown_transfer();
  }
  return std::move(*transfer);
}

Transfer Transfers::add(const Transfer& transfer, std::int64_t offset, const fs::path& piece,
                        std::int64_t bytes, const Deliver& deliver) {
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
  if (bytes > 0) append(piece, now.file, bytes);
  now.offset += bytes;
  hand_over(now, deliver);
  return now;
}

Transfer Transfers::settle(const Transfer& transfer, const Deliver& deliver) {
  if (transfer.done || !transfer.whole()) return transfer;
  const Turn turn(*this, transfer.id);
  Transfer now = find(transfer.id, transfer.dataset, transfer.owner);
  hand_over(now, deliver);
  return now;
}

void Transfers::hand_over(Transfer& transfer, const Deliver& deliver) {
  if (transfer.done || !transfer.whole()) return;
  try {
    const Delivered delivered = deliver(transfer);
    transfer.sha256 = delivered.sha256;
    transfer.known = delivered.known;
    transfer.done = true;
    write(transfer);
  } catch (const Error& error) {
    const bool is_refused = error.code() == ErrorCode::bad_data;
    if (is_refused) {  // it will never be taken, however often it is tried
      remove(transfer.id);
      throw;
    }
    throw Error(ErrorCode::unavailable,
                fmt::format("all of the file is here but could not be put into the inbox ({}); it "
                            "is tried again every minute, and whenever it is asked for",
                            error.what()));
  }
  std::error_code ignored;
  fs::remove(transfer.file, ignored);
}

std::vector<std::string> Transfers::ids() const {
  std::set<std::string> found;
  std::error_code none;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, none)) {
    if (is_id(entry.path().stem())) found.insert(entry.path().stem());
  }
  return {found.begin(), found.end()};
}

std::vector<Transfer> Transfers::undelivered() const {
  std::vector<Transfer> found;
  for (const std::string& id : ids()) {
    if (auto transfer = read(id); transfer && transfer->whole() && !transfer->done) {
      found.push_back(std::move(*transfer));
    }
  }
  return found;
}

void Transfers::remove(const std::string& id) {
  std::error_code ignored;
  fs::remove(record_of(id), ignored);
  fs::remove(file_of(id), ignored);
}

void Transfers::sweep() {
  const std::lock_guard lock(mutex_);
  sweep_locked();
}

void Transfers::sweep_locked() {
  for (const std::string& id : ids()) {
    if (!busy_.contains(id) && is_over(id)) remove(id);
  }
}

bool Transfers::is_over(const std::string& id) const {
  const auto last = std::max(written(file_of(id)), written(record_of(id)));
  if (last > fs::file_time_type::clock::now() - kTransferValid) return false;
  const auto transfer = read(id);
  return !transfer || transfer->done || !transfer->whole();
}

void Transfers::require_room(const std::string& owner, std::int64_t bytes) const {
  std::size_t all = 0;
  std::size_t of_owner = 0;
  std::int64_t to_come = bytes;
  for (const std::string& id : ids()) {
    const auto transfer = read(id);
    if (!transfer || transfer->done) continue;
    ++all;
    if (transfer->owner == owner) ++of_owner;
    to_come += transfer->bytes - transfer->offset;
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
