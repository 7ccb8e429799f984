#include "automation/folder_watch.h"

#include "base/durable_file.h"
#include "base/error.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace forecart {

namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kWatched =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR | IN_DONT_FOLLOW;

}  // namespace

FolderWatch::FolderWatch(fs::path inbox, Bell& bell, Note note)
    : inbox_(std::move(inbox)),
      bell_(bell),
      note_(std::move(note)),
      events_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)),
      stop_(eventfd(0, EFD_CLOEXEC)) {
  if (events_ < 0 || stop_ < 0) {
    const int reason = errno;
    if (events_ >= 0) close(events_);
    if (stop_ >= 0) close(stop_);
    throw Error(ErrorCode::unavailable,
                fmt::format("folders cannot be watched: {}", std::strerror(reason)));
  }
  make_folder(inbox_);
  add(inbox_);
  thread_ = std::thread([this] { watch(); });
}

FolderWatch::~FolderWatch() {
  const std::uint64_t one = 1;
  static_cast<void>(!write(stop_, &one, sizeof one));
  thread_.join();
  close(events_);
  close(stop_);
}

/// Watches a folder and those below it. The watch comes before the look inside: what comes in
/// between is told twice rather than never.
void FolderWatch::add(const fs::path& folder) {
  const int number = inotify_add_watch(events_, folder.c_str(), kWatched);
  if (number < 0) {
    if (errno == ENOSPC && !std::exchange(full_, true)) {
      note_("the system watches no more folders (fs.inotify.max_user_watches); the rest is polled");
    }
    return;
  }
  folders_[number] = folder;
  add_below(folder);
}

void FolderWatch::add_below(const fs::path& folder) {
  std::error_code gone;
  for (fs::directory_iterator at(folder, gone), end; !gone && at != end; at.increment(gone)) {
    std::error_code unknown;
    if (at->symlink_status(unknown).type() == fs::file_type::directory) add(at->path());
  }
}

void FolderWatch::watch() {
  std::array<pollfd, 2> waiting{{{events_, POLLIN, 0}, {stop_, POLLIN, 0}}};
  while (true) {
    if (poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return;
    if (waiting[1].revents != 0) return;
    read_events();
  }
}

void FolderWatch::read_events() {
  alignas(inotify_event) std::array<char, 65536> buffer{};
  const ssize_t got = read(events_, buffer.data(), buffer.size());
  for (ssize_t at = 0; at < got;) {
    inotify_event event{};
    std::memcpy(&event, buffer.data() + at, sizeof event);
    const fs::path name(buffer.data() + at + sizeof event);
    at += static_cast<ssize_t>(sizeof event + event.len);
    if ((event.mask & IN_Q_OVERFLOW) != 0) {
      note_(
          "events were lost, as more came than the system keeps "
          "(fs.inotify.max_queued_events); all is looked at");
      add(inbox_);  // folders may have come unseen
      bell_.ring_all();
      continue;
    }
    const auto folder = folders_.find(event.wd);
    if (folder == folders_.end()) continue;
    if ((event.mask & IN_IGNORED) != 0) {
      folders_.erase(folder);
    } else if (event.len > 0) {
      const fs::path path = folder->second / name;
      if ((event.mask & IN_ISDIR) != 0) {
        add(path);
        ring(path);
      } else if ((event.mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0) {
        ring(path);
      }
    }
  }
}

void FolderWatch::ring(const fs::path& below) {
  bell_.ring(below.lexically_relative(inbox_).begin()->string());
}

}  // namespace forecart
