#include "base/durable_file.h"
#include "base/error.h"
#include "base/hash.h"
#include "store/local_listing.h"
#include "store/local_removal.h"
#include "store/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <iterator>

namespace forecart {

namespace {

namespace fs = std::filesystem;

constexpr const char* kLasting = "lasting";

/// Tells the writes of this process apart, whichever store and function they come from.
unsigned next_write() {
  static std::atomic<unsigned> counter{0};
  return counter++;
}

class LocalStore final : public ObjectStore {
 public:
  explicit LocalStore(fs::path root) : root_(std::move(root)) {
    make_root();
    make_folder(work_folder());
    sweep_work(std::chrono::hours(24));
  }

  std::optional<std::string> read(std::string_view key) const override {
    const fs::path path = path_of(key);
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file || fs::is_directory(path)) {
      if (!fs::exists(path)) return std::nullopt;
      throw Error(ErrorCode::unreadable, fmt::format("'{}' cannot be read", path.string()));
    }
    // of the open file: another one may lie under the name by now
    std::string bytes(static_cast<std::size_t>(file.tellg()), '\0');
    file.seekg(0);
    file.read(bytes.data(), std::ssize(bytes));
    if (!file) {
      throw Error(ErrorCode::unreadable, fmt::format("'{}' cannot be read whole", path.string()));
    }
    return bytes;
  }

  std::optional<StoredObject> get(std::string_view key) const override {
    auto bytes = read(key);
    if (!bytes) return std::nullopt;
    std::string tag = sha256(*bytes);
    return StoredObject{std::move(*bytes), std::move(tag)};
  }

  bool exists(std::string_view key) const override {
    std::error_code ignored;
    return fs::is_regular_file(path_of(key), ignored);
  }

  std::optional<ObjectInfo> info(std::string_view key) const override {
    return local_info(path_of(key), std::string(key));
  }

  void put(std::string_view key, std::string_view bytes) override {
    write(path_of(key), [bytes](const Descriptor& file) { file.write_all(bytes); });
  }

  void put_file(std::string_view key, const fs::path& source) override {
    std::ifstream input(source, std::ios::binary);
    if (!input) {
      throw Error(ErrorCode::unreadable, fmt::format("'{}' cannot be read", source.string()));
    }
    write(path_of(key), [&](const Descriptor& file) {
      std::string block(std::size_t{1} << 20, '\0');
      while (input) {
        input.read(block.data(), static_cast<std::streamsize>(block.size()));
        file.write_all({block.data(), static_cast<std::size_t>(input.gcount())});
      }
      if (input.bad()) {
        throw Error(ErrorCode::unreadable,
                    fmt::format("'{}' cannot be read whole", source.string()));
      }
    });
  }

  bool put_if_absent(std::string_view key, std::string_view bytes) override {
    const Lock lock(work_folder());
    if (exists(key)) return false;
    // people write to a folder past the lock: what they put there meanwhile stays
    const fs::path made = work_folder() / fmt::format("{}-{}", process_name(), next_write());
    replace_file(made, made.string() + "-new",
                 [bytes](const Descriptor& file) { file.write_all(bytes); });
    return put_in_place(made, path_of(key));
  }

  bool put_if_match(std::string_view key, std::string_view bytes, std::string_view tag) override {
    const Lock lock(work_folder());
    const auto now = get(key);
    if (!now || now->tag != tag) return false;
    put(key, bytes);
    return true;
  }

  void list_objects(const Listing& listing, const ObjectVisitor& visit) const override {
    list_local(root_, listing, visit);
  }

  void remove(std::string_view key) override {
    std::error_code error;
    fs::remove(path_of(key), error);
    if (error) {
      throw Error(ErrorCode::unreadable,
                  fmt::format("cannot remove '{}': {}", path_of(key).string(), error.message()));
    }
  }

  std::vector<bool> remove_all_unchanged(std::span<const ObjectInfo> objects) override {
    std::vector<bool> gone;
    for (const ObjectInfo& object : objects) {
      check_key(object.key);
      gone.push_back(remove_local_unchanged(root_, object.key, object.version, work_folder()));
    }
    return gone;
  }

  std::chrono::milliseconds removal_gap() const override { return std::chrono::milliseconds(0); }

  bool is_settled(std::string_view key) const override {
    return !exists(key) || is_file_settled(path_of(key));
  }

  fs::path fetch(std::string_view key) const override {
    fs::path path = path_of(key);
    if (!exists(key)) {
      throw Error(ErrorCode::not_found, fmt::format("'{}' is not in the repository", key));
    }
    return path;
  }

  fs::path work_folder() const override { return root_ / ".work"; }
  fs::path lasting_folder() const override { return work_folder() / kLasting; }

  Instant now() const override {
    return std::chrono::time_point_cast<Instant::duration>(std::chrono::system_clock::now());
  }

  void sweep(std::chrono::hours older) override { sweep_work(older); }

  std::optional<std::string> presigned_url(std::string_view, std::chrono::seconds) const override {
    return std::nullopt;
  }

 private:
  /// Removes what killed processes have left behind longer ago than that; brings back what they had
  /// set aside.
  void sweep_work(std::chrono::hours older) const {
    restore_set_aside(root_, work_folder());
    std::error_code ignored;
    const auto old = fs::file_time_type::clock::now() - older;
    for (const auto& entry : fs::directory_iterator(work_folder(), ignored)) {
      const std::string name = entry.path().filename().string();
      if (name == "lock" || name == kLasting || is_of_removals(name)) continue;
      if (entry.last_write_time(ignored) < old) fs::remove_all(entry.path(), ignored);
    }
  }

  fs::path path_of(std::string_view key) const {
    check_key(key);
    return root_ / key;
  }

  /// Writers of one store exclude each other as long as this lives.
  class Lock {
   public:
    explicit Lock(const fs::path& folder) : file_(folder / "lock", O_RDWR | O_CREAT | O_CLOEXEC) {
      file_.lock();
    }

   private:
    Descriptor file_;
  };

  /// False, and the file is gone, where something lies there.
  /// A new one is for its owner and their group: orders may name persons.
  void make_root() const {
    if (fs::exists(root_)) return;
    make_folder(root_);
    fs::permissions(root_, fs::perms::others_all, fs::perm_options::remove);
  }

  static bool put_in_place(const fs::path& made, const fs::path& target) {
    try {
      make_folder(target.parent_path());
      const bool done = rename_if_free(made, target);
      if (done) {
        Descriptor(target.parent_path(), O_RDONLY | O_DIRECTORY).sync();
      } else {
        fs::remove(made);
      }
      return done;
    } catch (...) {
      std::error_code ignored;
      fs::remove(made, ignored);
      throw;
    }
  }

  void write(const fs::path& target, const std::function<void(const Descriptor&)>& fill) const {
    const fs::path temporary = work_folder() / fmt::format("{}-{}", process_name(), next_write());
    replace_file(target, temporary, fill);
  }

  fs::path root_;
};

}  // namespace

std::unique_ptr<ObjectStore> open_local_store(const std::filesystem::path& root) {
  return std::make_unique<LocalStore>(root);
}

}  // namespace forecart
